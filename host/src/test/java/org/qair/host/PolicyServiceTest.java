package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallException;
import org.qair.host.files.Trees;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.Decision;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/** The policy RPCs on files: what is in force after them, what stays as it was, who waits for whom. */
@Timeout(120)
class PolicyServiceTest {
    @TempDir
    Path root;

    private PolicyHost host;

    @BeforeEach
    void open() throws Exception {
        host = new PolicyHost(root);
    }

    @AfterEach
    void close() {
        host.close();
    }

    private String succeed(String service, String payload) throws Exception {
        CapturedStreams streams = CapturedStreams.of(payload);
        assertThat(host.run(service, streams)).as(streams.err()).isZero();
        return streams.out();
    }

    private String fail(String service, String payload, int code) throws Exception {
        CapturedStreams streams = CapturedStreams.of(payload);
        assertThat(host.run(service, streams)).isEqualTo(code);
        assertThat(streams.out()).isEmpty();
        return streams.err();
    }

    private boolean allows(String service) {
        return host.policy.permits(
                host.system(),
                new Request(
                        new QubeName("work"),
                        Optional.empty(),
                        RequestedTarget.parse("vault"),
                        ServiceName.parse(service)));
    }

    private Path etc(String name) {
        return host.layout.policy().resolve(name);
    }

    private Path run(String name) {
        return host.layout.volatilePolicy().resolve(name);
    }

    @Test
    void aChangeIsInForceWhenItsCallReturns() throws Exception {
        assertThat(allows("test.New")).isFalse();
        succeed("policy.Replace+40-new", "new\ntest.New * work vault allow\n");
        assertThat(allows("test.New")).isTrue();
        succeed("policy.Remove+40-new", "any");
        assertThat(allows("test.New")).isFalse();
        assertThat(etc("40-new.policy")).doesNotExist();
    }

    @Test
    void aFileKeepsItsPermissionsAndNothingIsLeftBeside() throws Exception {
        Files.setPosixFilePermissions(etc("30-user.policy"), PosixFilePermissions.fromString("rw-rw----"));
        succeed("policy.Replace+30-user", "any\ntest.Read * work vault allow\n# more\n");
        succeed("policy.include.Replace+new", "new\nwork vault allow\n");
        fail("policy.Replace+30-user", "any\nnonsense\n", 1);
        assertThat(permissions(etc("30-user.policy"))).isEqualTo("rw-rw----");
        assertThat(permissions(etc("include/new"))).isEqualTo("rw-r--r--");
        try (Stream<Path> files = Files.walk(host.layout.policy())) {
            assertThat(files.map(file -> file.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void aFileInRunStaysInForceAndBothPoliciesMustBeGood() throws Exception {
        Files.writeString(run("40-new.policy"), "test.New * work vault allow\n");
        host.read();
        succeed("policy.Replace+40-new", "new\ntest.New * work vault deny\n");
        assertThat(allows("test.New")).as("the one in run shadows it").isTrue();
        assertThat(succeed("policy.Get+40-new", "")).endsWith("\ntest.New * work vault deny\n");
        assertThat(fail("policy.Replace+40-new", "any\nnonsense\n", 1))
                .as("it would be in force after the next start")
                .contains("etc/qubes/policy.d/40-new.policy:1");
        Files.delete(run("40-new.policy"));
        host.read();
        assertThat(allows("test.New")).isFalse();
    }

    @Test
    void aFileInRunThatIsBrokenIsNamed() throws Exception {
        Files.writeString(run("50-broken.policy"), "# fine\nnonsense\n");
        assertThat(fail("policy.Replace+40-new", "new\n", 1)).contains("run/qubes/policy.d/50-broken.policy:2");
        assertThat(etc("40-new.policy")).doesNotExist();
    }

    @Test
    void testsInRunCountToo() throws Exception {
        Files.writeString(run("now.tests"), "work vault test.New deny\n");
        assertThat(fail("policy.Replace+40-new", "new\ntest.New * work vault allow\n", 1))
                .contains("run/qubes/policy.d/now.tests:1: expected deny");
    }

    @Test
    void aBrokenPolicyCanBeMendedByItsOwnFileAlone() throws Exception {
        host.write("30-user.policy", "nonsense\n");
        host.read();
        assertThat(fail("policy.Replace+40-new", "new\n", 1)).contains("30-user.policy:1");
        assertThat(fail("policy.GetFiles+test.Read", "", 1)).startsWith("PolicyAdminSyntaxException ");
        succeed("policy.Replace+30-user", "any\ntest.Read * work vault allow\n");
        assertThat(allows("test.Read")).isTrue();
    }

    @Test
    void ofManyWhoReadTheSameOnlyOneReplacesIt() throws Exception {
        String token = succeed("policy.Get+30-user", "").lines().findFirst().orElseThrow();
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            String payload = "%s\ntest.Read * work vault allow\n# %d\n".formatted(token, i);
            calls.add(() -> host.run("policy.Replace+30-user", CapturedStreams.of(payload)));
        }
        int won = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> call : threads.invokeAll(calls)) {
                won += call.get() == 0 ? 1 : 0;
            }
        }
        assertThat(won).isEqualTo(1);
    }

    @Test
    void theLockOfAnotherProgramIsWaitedFor() throws Exception {
        Process other = new ProcessBuilder("flock", host.layout.policy().toString(), "sh", "-c", "echo held; read line")
                .start();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            Future<String> listed = threads.submit(() -> succeed("policy.List", ""));
            assertThat(listed.isDone()).isFalse();
            other.getOutputStream().close();
            assertThat(listed.get()).startsWith("30-user\n");
        } finally {
            other.destroyForcibly();
        }
    }

    @Test
    void aPayloadHasALimit() {
        String payload = "any\n" + "#".repeat(PolicyRpc.MAX_PAYLOAD);
        assertThatThrownBy(() -> host.run("policy.Replace+30-user", CapturedStreams.of(payload)))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("more than 1048576 bytes");
    }

    @Test
    void aFaultOfTheHostIsNotTheCallers() throws Exception {
        Trees.delete(host.layout.policy());
        assertThat(fail("policy.List", "", 2)).isEqualTo("Internal error. See the host's log for details.");
    }

    @Test
    void withoutADirectoryOfIncludesThereAreNone() throws Exception {
        host.write("90-default.policy", "* * @anyvm dom0 deny\n");
        Trees.delete(etc("include"));
        Files.delete(etc("link.policy"));
        assertThat(succeed("policy.include.List", "")).isEmpty();
        succeed("policy.include.Replace+first", "new\nwork vault allow\n");
        assertThat(succeed("policy.include.List", "")).isEqualTo("first\n");
    }

    @Test
    void aPolicyDirectoryBehindALinkIsTheSame() throws Exception {
        Path moved = root.resolve("moved");
        Files.move(host.layout.policy(), moved);
        Files.createSymbolicLink(host.layout.policy(), moved);
        assertThat(fail("policy.include.Remove+gpg", "any", 1)).contains("90-default.policy:2");
        succeed("policy.Replace+40-new", "new\ntest.New * work vault allow\n");
        assertThat(allows("test.New")).isTrue();
        assertThat(moved.resolve("40-new.policy")).exists();
    }

    @Test
    void whatIsAskedOfPolicyIsWhatIsInForce() throws Exception {
        CapturedStreams before = CapturedStreams.of("work\0vault");
        assertThat(host.run("policy.EvalSimple+test.New", before)).isZero();
        assertThat(before.out()).isEqualTo("result=deny\n");
        succeed("policy.Replace+40-new", "new\ntest.New * work vault allow\n");
        CapturedStreams after = CapturedStreams.of("work\0vault");
        assertThat(host.run("policy.EvalSimple+test.New", after)).isZero();
        assertThat(after.out()).isEqualTo("result=allow\n");
        Decision decision = host.policy.decide(
                host.system(),
                new Request(
                        new QubeName("work"),
                        Optional.empty(),
                        RequestedTarget.parse("vault"),
                        ServiceName.parse("test.New")));
        assertThat(decision.rule().orElseThrow().toString()).endsWith("40-new.policy:1");
    }
}
