package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;

/** Agents and hosts that are killed while calls run, and started again. */
@Timeout(300)
class AgentsKilledTest {
    @TempDir
    static Path directory;

    private static AgentEstate estate;

    @BeforeAll
    static void start() throws Exception {
        estate = new AgentEstate(directory).start();
    }

    @AfterAll
    static void stop() {
        estate.close();
    }

    private static AuditRecord kept(int index) {
        return estate.host.audit().get(index);
    }

    /** A call that has begun, and ends when its input does. */
    private static Process begun(ProcessBuilder caller) throws Exception {
        Process process = caller.start();
        assertThat(process.inputReader(UTF_8).readLine()).isEqualTo("ready");
        return process;
    }

    private static void assertGoesOn(Process call) throws Exception {
        try (OutputStream input = call.getOutputStream()) {
            input.write("still here\n".getBytes(UTF_8));
        }
        assertThat(call.inputReader(UTF_8).readLine()).isEqualTo("still here");
        assertThat(call.waitFor()).isEqualTo(6);
    }

    @Test
    void anAgentIsKilledDuringCallsAndStartedAgain() throws Exception {
        Process toIt = begun(new ProcessBuilder(estate.a1.caller("a2", "test.Ready")));
        Process fromHost = begun(new ProcessBuilder(estate.host.caller("work", "--", "a2", "test.Ready")));
        Process other = begun(new ProcessBuilder(estate.host.caller("work", "--", "a1", "test.Ready")));
        estate.a2.kill();
        assertThat(toIt.waitFor()).as("the agent carried it").isEqualTo(125);
        assertThat(fromHost.waitFor()).isEqualTo(125);
        estate.awaitState("a2", "gone");
        estate.a2.start();
        Finished waited = estate.a1.call("hello".getBytes(UTF_8), "a2", "test.Cat");
        assertThat(waited.stdout()).isEqualTo("hello");
        assertGoesOn(other);
    }

    @Test
    void theHostIsKilledWithAgentsConnectedAndStartedAgain() throws Exception {
        int seen = estate.host.audit().size();
        Process direct = begun(new ProcessBuilder(estate.a1.caller("a2", "test.Ready")));
        Process throughIt = begun(new ProcessBuilder(estate.host.caller("work", "--", "a1", "test.Ready")));
        estate.host.process().destroyForcibly().onExit().join();
        assertThat(throughIt.waitFor()).isEqualTo(125);
        estate.host.start();
        estate.awaitAgents();
        Finished next = estate.a2.call("hello".getBytes(UTF_8), "a1", "test.Cat");
        assertThat(next.stdout()).isEqualTo("hello");
        assertGoesOn(direct);
        assertThat(kept(seen).end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
    }

    @Test
    void theHostIsAskedToEndAndDoesNotHarmWhatGoesPastIt() throws Exception {
        int seen = estate.host.audit().size();
        Process direct = begun(new ProcessBuilder(estate.a1.caller("a2", "test.Ready")));
        estate.host.terminate();
        assertThat(kept(seen).end().orElseThrow().outcome()).isEqualTo(Outcome.LOST);
        assertGoesOn(direct);
        estate.host.start();
        estate.awaitAgents();
    }
}
