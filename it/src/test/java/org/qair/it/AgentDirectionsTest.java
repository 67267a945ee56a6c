package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/** A host, two agents and their callers, as processes of their own: calls in every direction, and what the owner does. */
@Timeout(300)
class AgentDirectionsTest {
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

    /** A command of the host's owner, with its words as they are. */
    private Finished owner(byte[] stdin, String command, String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of(Programs.qair(), command));
        all.addAll(List.of("--root", estate.host.layout.root().toString()));
        all.addAll(List.of(words));
        return Programs.run(all, stdin);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    @Test
    void qubeToQube() throws Exception {
        Finished finished = estate.a1.call(bytes("hello"), "a2", "test.Cat+x");
        assertThat(finished.stdout()).isEqualTo("hello");
        assertThat(finished.stderr()).isEqualTo("agent for a1\n");
        assertThat(finished.exitCode()).isEqualTo(5);
        AuditRecord kept = estate.ended();
        assertThat(kept.source()).isEqualTo("a1");
        assertThat(kept.end().orElseThrow().bytes()).as("went past the host").isEmpty();
    }

    @Test
    void aListShowsTheAgentsAndWhereTheyAreExpected() throws Exception {
        assertThat(estate.host.qair("qube", "list", "--json"))
                .contains("\"name\":\"a1\",\"class\":\"AppVM\",\"state\":\"Running\"")
                .contains("\"agent\":\"connected\"");
        assertThat(estate.host.qair("qube", "show", "a1", "--json"))
                .contains("\"vchan_domain\":\"1\"")
                .contains("\"vchan_directory\":\"" + estate.host.layout.vchans().resolve("q1") + "\"")
                .doesNotContain("agent_socket");
    }

    @Test
    void qubeToHost() throws Exception {
        Finished finished = estate.a2.call(bytes("hello"), "work", "test.Cat");
        assertThat(finished.stdout()).isEqualTo("hello");
        assertThat(finished.stderr()).isEqualTo("host for a2\n");
        assertThat(finished.exitCode()).isEqualTo(3);
        assertThat(estate.ended().end().orElseThrow().exitCode()).hasValue(3);
    }

    @Test
    void hostToQube() throws Exception {
        Finished finished = estate.host.call("work", bytes("hello"), "a2", "test.Cat");
        assertThat(finished.stdout()).isEqualTo("hello");
        assertThat(finished.stderr()).isEqualTo("agent for work\n");
        assertThat(finished.exitCode()).isEqualTo(5);
        assertThat(estate.ended().end().orElseThrow().bytes()).hasValue(new AuditRecord.Bytes(5, 5, 15));
    }

    @Test
    void whatPolicyDeniesIsRefused() throws Exception {
        Finished finished = estate.a1.call(new byte[0], "a2", "test.Denied");
        assertThat(finished.exitCode()).isEqualTo(126);
        assertThat(finished.stderr()).contains("Request refused");
        assertThat(estate.a1.call(new byte[0], "a2", "test.None").exitCode()).isEqualTo(127);
    }

    @Test
    void theOwnerCallsAsAnyQube() throws Exception {
        Finished finished = owner(bytes("by hand"), "call", "-s", "a1", "a2", "test.Cat");
        assertThat(finished.stdout()).isEqualTo("by hand");
        assertThat(finished.stderr()).isEqualTo("agent for a1\n");
        assertThat(finished.exitCode()).isEqualTo(5);
        assertThat(owner(new byte[0], "call", "--user", "no-such-user", "a2", "test.Cat")
                        .exitCode())
                .as("the agent has no such user")
                .isEqualTo(125);
        Finished refused = estate.host.tryQair("call", "@default", "test.Cat");
        assertThat(refused.exitCode()).isEqualTo(126);
        assertThat(refused.stderr()).startsWith("qair: ");
    }

    @Test
    void theOwnersCommandsGetTheirWordsAsTheyAre() throws Exception {
        String accented = "UTF-8".equals(System.getProperty("sun.jnu.encoding")) ? "\u00e9" : "e";
        String[] words = {
            accented, "a b", "it's", "\"", "$HOME `id` $(id)", "two\nlines", "", "*", "-n", "--", "@file", "\\"
        };
        String[] command = Stream.concat(Stream.of("a1", "--", "printf", "[%s]"), Stream.of(words))
                .toArray(String[]::new);
        Finished finished = owner(new byte[0], "run", command);
        assertThat(finished.exitCode()).as(finished.stderr()).isZero();
        assertThat(finished.stdout()).isEqualTo("[" + String.join("][", words) + "]");
        assertThat(estate.ended().service()).isEqualTo("(command)");
    }

    @Test
    void aCommandsExitCodeAndStreamsAreTheOwners() throws Exception {
        Finished finished = owner(bytes("in"), "run", "a2", "--", "sh", "-c", "cat; echo err >&2; exit 42");
        assertThat(finished.stdout()).isEqualTo("in");
        assertThat(finished.stderr()).isEqualTo("err\n");
        assertThat(finished.exitCode()).isEqualTo(42);
        Finished none = owner(new byte[0], "run", "work", "--", "true");
        assertThat(none.exitCode()).isEqualTo(125);
        assertThat(none.stderr()).contains("qube `work` has no agent");
        assertThat(owner(new byte[0], "run", "--user", "no-such-user", "a2", "--", "true")
                        .exitCode())
                .isEqualTo(125);
    }

    @Test
    void aCommandWithoutStreamsIsOnlyStarted() throws Exception {
        Finished started = owner(bytes("in"), "run", "--no-streams", "a2", "--", "sh", "-c", "cat; echo out; exit 9");
        assertThat(started.stdout()).isEmpty();
        assertThat(started.exitCode()).as("it could be started").isZero();
    }

    @Test
    void theFieldsToolsCallByDom0sClient() throws Exception {
        Finished called = dom0sClient(bytes("hello"), "-d", "a2", "-T", "DEFAULT:QUBESRPC test.Cat dom0");
        assertThat(called.stdout()).isEqualTo("hello");
        assertThat(called.stderr()).isEqualTo("agent for dom0\n");
        assertThat(called.exitCode()).isEqualTo(5);
        assertThat(dom0sClient(bytes("a\033[1mb"), "-t", "-d", "work", "DEFAULT:QUBESRPC test.Cat dom0")
                        .stdout())
                .isEqualTo("a_[1mb");
        Finished command = dom0sClient(new byte[0], "-d", "a2", "DEFAULT:echo $0; exit 7");
        assertThat(command.exitCode()).as(command.stderr()).isEqualTo(7);
        assertThat(dom0sClient(new byte[0], "-d", "a2", "-e", "DEFAULT:QUBESRPC test.Cat dom0")
                        .exitCode())
                .isZero();
        assertThat(dom0sClient(new byte[0], "-d", "a2", "DEFAULT:QUBESRPC test.Denied a1")
                        .exitCode())
                .isEqualTo(126);
        assertThat(dom0sClient(new byte[0], "-d", "a2", "QUBESRPC test.Cat dom0")
                        .stderr())
                .contains("USER:QUBESRPC SERVICE SOURCE");
    }

    @Test
    void aProgramOfDom0IsConnectedToTheCall() throws Exception {
        String heard = estate.host.layout.root().resolve("heard").toString();
        String program = "echo \"to $QREXEC_REMOTE_DOMAIN\"; exec >&-; cat >'" + heard + "'";
        Finished finished = dom0sClient(bytes("not this"), "-d", "a2", "-l", program, "DEFAULT:QUBESRPC test.Cat dom0");
        assertThat(finished.exitCode()).as(finished.stderr()).isEqualTo(5);
        assertThat(finished.stdout()).isEmpty();
        assertThat(Path.of(heard)).hasContent("to a2\n");
        Finished refused = dom0sClient(new byte[0], "-d", "a2", "-l", "yes", "DEFAULT:QUBESRPC test.Denied a1");
        assertThat(refused.exitCode()).as("the program ends, too").isEqualTo(126);
    }

    private static Finished dom0sClient(byte[] input, String... words) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Programs.HOME.resolve("bin/qrexec-client").toString()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("QAIR_ROOT", estate.host.layout.root().toString());
        return Programs.finish(builder.start(), input);
    }

    @Test
    void theOwnerEndsACallThatGoesPastTheHost() throws Exception {
        Process caller = new ProcessBuilder(estate.a1.caller("a2", "test.Wait")).start();
        ProcessHandle service = ProcessHandle.of(
                        Long.parseLong(caller.inputReader().readLine()))
                .orElseThrow();
        String id = estate.host.audit().getLast().id().value();
        estate.host.qair("calls", "end", id);
        assertThat(caller.waitFor()).isEqualTo(125);
        service.onExit().join();
        assertThat(estate.ended().reason()).hasValue("ended by the host's owner");
    }

    @Test
    void aCallerThatIsKilledEndsTheServiceOfTheOtherQube() throws Exception {
        Process caller = new ProcessBuilder(estate.a1.caller("a2", "test.Wait")).start();
        BufferedReader output = caller.inputReader();
        ProcessHandle service =
                ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
        caller.destroyForcibly().onExit().join();
        service.onExit().join();
        assertThat(estate.ended().target()).hasValue("a2");
    }
}
