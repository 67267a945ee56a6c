package org.qair.host.agents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.QubesDbClient;
import org.qair.host.agents.PlayedAgent.Calling;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;

/** Calls from agents and to agents, with a whole host and agents that the test plays over real sockets. */
@Timeout(120)
class AgentCallsTest {
    @TempDir
    Path directory;

    private AgentRig rig;
    private PlayedAgent a1;
    private PlayedAgent a2;

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory).start();
        a1 = rig.agent(1);
        a2 = rig.agent(2);
        rig.awaitBoth();
    }

    @AfterEach
    void stop() throws Exception {
        a1.close();
        a2.close();
        rig.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void aHostRunQubeServesAnAgent() throws Exception {
        rig.service("test.Upper", "tr a-z A-Z; echo \"$QREXEC_REMOTE_DOMAIN\" >&2; exit 7");
        try (Calling call = a1.call("work", "test.Upper")) {
            assertThat(call.address.domain()).isZero();
            assertThat(call.exchange(bytes("hello"))).asString().isEqualTo("HELLO");
            assertThat(call.exitCode()).isEqualTo(7);
            assertThat(call.errors.toString(UTF_8)).isEqualTo("a1\n");
        }
        AuditRecord kept = rig.ended();
        assertThat(kept.door()).isEqualTo("agent");
        assertThat(kept.caller()).isEqualTo("a1");
        assertThat(kept.end().orElseThrow().exitCode()).hasValue(7);
        assertThat(kept.end().orElseThrow().bytes()).hasValue(new AuditRecord.Bytes(5, 5, 3));
    }

    @Test
    void dom0ServesAnAgent() throws Exception {
        rig.service("test.Who", "echo \"$QREXEC_REMOTE_DOMAIN to $QREXEC_REQUESTED_TARGET_KEYWORD\"");
        try (Calling call = a2.call("dom0", "test.Who")) {
            assertThat(call.exchange(new byte[0])).asString().isEqualTo("a2 to adminvm\n");
            assertThat(call.exitCode()).isZero();
        }
    }

    @Test
    void oneAgentServesAnotherAndTheirDataDoNotPassTheHost() throws Exception {
        a2.with("test.Cat", streams -> {
            streams.stdin().transferTo(streams.stdout());
            streams.stderr().write(bytes("done"));
            return 9;
        });
        byte[] much = new byte[3_000_000];
        new Random(4).nextBytes(much);
        try (Calling call = a1.call("a2", "test.Cat+x")) {
            assertThat(call.address.domain()).as("the other agent's").isEqualTo(2);
            assertThat(call.exchange(much)).isEqualTo(much);
            assertThat(call.exitCode()).isEqualTo(9);
            assertThat(call.errors.toString(UTF_8)).isEqualTo("done");
            assertThat(rig.audit().getLast().end()).isEmpty();
        }
        assertThat(a2.commands.take()).isEqualTo("DEFAULT:QUBESRPC test.Cat+x a1");
        AuditRecord kept = rig.ended();
        assertThat(kept.target()).hasValue("a2");
        assertThat(kept.end().orElseThrow().outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(kept.end().orElseThrow().exitCode()).isEmpty();
        assertThat(kept.end().orElseThrow().bytes()).isEmpty();
    }

    @Test
    void whatPolicyRefusesIsRefusedByItsIdent() throws Exception {
        assertThat(a1.ask("a2", "test.Bad").await()).isEmpty();
        assertThat(a1.ask("work", "test bad").await()).isEmpty();
        assertThat(rig.audit().getLast().reason().orElseThrow()).contains("U+0020 at byte 4");
        assertThat(a1.ask("a2", "work", "test.Good").await())
                .as("not its relay")
                .isEmpty();
        assertThat(rig.audit()).allMatch(call -> call.end().orElseThrow().outcome() == Outcome.REFUSED);
    }

    @Test
    void whatIsAllowedAndCannotBeHadIsNoRefusal() throws Exception {
        try (Calling call = a1.call("@dispvm:work", "test.Any")) {
            assertThat(call.exchange(new byte[0])).isEmpty();
            assertThat(call.exitCode()).as("this host makes none").isEqualTo(125);
            assertThat(call.errors.toString(UTF_8)).isEqualTo("Request failed\n");
        }
        assertThat(rig.ended().end().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(a1.ask("@dispvm:work", "test.Bad").await()).isEmpty();
    }

    @Test
    void aQubesContainerHasItsQubesDb() throws Exception {
        try (QubesDbClient database = QubesDbClient.connect(rig.directory(1).resolve("qubesdb.sock"))) {
            assertThat(database.read("/name")).hasValue("a1");
            database.write("/own", "value");
        }
        try (QubesDbClient database = QubesDbClient.connect(rig.directory(1).resolve("qubesdb.ro.sock"))) {
            assertThat(database.read("/name")).hasValue("a1");
            assertThatThrownBy(() -> database.write("/own", "other")).isInstanceOf(IOException.class);
        }
        rig.close();
        assertThat(rig.directory(1).resolve("qubesdb.sock")).doesNotExist();
    }

    @Test
    void anAgentThatLacksTheServiceSaysSo() throws Exception {
        try (Calling call = a1.call("a2", "test.None")) {
            assertThat(call.exitCode()).isEqualTo(127);
        }
        assertThat(rig.ended().end().orElseThrow().outcome()).isEqualTo(Outcome.COMPLETED);
    }

    @Test
    void aCallerThatGoesAwayEndsTheService() throws Exception {
        rig.service("test.Wait", "echo $$; exec sleep 1000");
        Calling call = a1.call("work", "test.Wait");
        byte[] first = new byte[16];
        int length = call.channel.stdout().read(first);
        ProcessHandle service = ProcessHandle.of(Long.parseLong(new String(first, 0, length, UTF_8).strip()))
                .orElseThrow();
        call.close();
        service.onExit().join();
        assertThat(rig.ended().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
    }
}
