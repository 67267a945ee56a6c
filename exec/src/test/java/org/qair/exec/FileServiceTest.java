package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

@Timeout(60)
class FileServiceTest {
    private static final QubeName WORK = new QubeName("work");

    @TempDir
    Path directory;

    private FileService service;

    @BeforeEach
    void makeService() {
        service = new FileService(ServiceSettings.of(
                new ServicePath(List.of(directory)),
                new ConfigPath(List.of(directory.resolve("rpc-config"))),
                Optional.empty(),
                Map.of("QAIR_TEST", "yes")));
    }

    private void script(String name, String... lines) throws Exception {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Call call(String name, QubeName target) {
        return new Call(
                CallId.random(),
                new QubeName("vm1"),
                Optional.empty(),
                RequestedTarget.parse(target.value()),
                target,
                ServiceName.parse(name),
                Optional.empty());
    }

    private int run(String name, TestStreams streams) throws Exception {
        return service.run(call(name, WORK), streams);
    }

    @Test
    void passesStreamsAndExitCode() throws Exception {
        script("svc", "cat", "echo trouble >&2", "exit 7");
        TestStreams streams = TestStreams.sending("hello");
        assertThat(run("svc", streams)).isEqualTo(7);
        assertThat(streams.stdout.text()).isEqualTo("hello");
        assertThat(streams.stderr.text()).isEqualTo("trouble\n");
    }

    @Test
    void reportsTheSignalThatEndedIt() throws Exception {
        script("svc", "kill -9 $$");
        assertThat(run("svc", TestStreams.sending(""))).isEqualTo(128 + 9);
    }

    @Test
    void outlivesTheSignalThatAServiceSendsItsAgent() throws Exception {
        script("svc", "kill -USR1 $QREXEC_AGENT_PID && exit 6");
        assertThat(run("svc", TestStreams.sending(""))).isEqualTo(6);
    }

    @Test
    void givesTheArgumentOnlyWhenItIsNotEmpty() throws Exception {
        script("svc", "echo $# \"$1\" \"${QREXEC_SERVICE_ARGUMENT-unset}\" $QREXEC_SERVICE_FULL_NAME");
        assertThat(output("svc+a+b")).isEqualTo("1 a+b a+b svc+a+b\n");
        assertThat(output("svc+")).isEqualTo("0   svc+\n");
        assertThat(output("svc")).isEqualTo("0  unset svc\n");
    }

    @Test
    void tellsServicesOfDom0AloneWhatWasAskedFor() throws Exception {
        script("svc", "env | grep ^QREXEC_R | sort");
        assertThat(output("svc")).isEqualTo("QREXEC_REMOTE_DOMAIN=vm1\nQREXEC_REQUESTED_TARGET_TYPE=\n");
        TestStreams streams = TestStreams.sending("");
        service.run(call("svc", QubeName.DOM0), streams);
        assertThat(streams.stdout.text()).isEqualTo("""
                        QREXEC_REMOTE_DOMAIN=vm1
                        QREXEC_REQUESTED_TARGET_KEYWORD=adminvm
                        QREXEC_REQUESTED_TARGET_TYPE=keyword
                        """);
    }

    @Test
    void startsInTheRootDirectoryWithTheSettingsEnvironment() throws Exception {
        script("svc", "pwd", "echo $QAIR_TEST");
        assertThat(output("svc")).isEqualTo("/\nyes\n");
    }

    @Test
    void takesTheFileOfTheFullNameFirst() throws Exception {
        script("svc", "echo plain");
        script("svc+special", "echo special");
        assertThat(output("svc+special")).isEqualTo("special\n");
        assertThat(output("svc+other")).isEqualTo("plain\n");
    }

    @Test
    void runsAServiceWhoseNameBeginsWithADash() throws Exception {
        script("-rf", "echo dash \"$1\"");
        assertThat(output("-rf+-x")).isEqualTo("dash -x\n");
    }

    @Test
    void hasNoServiceForDirectoriesAndOverlongNames() {
        assertThatThrownBy(() -> output("..")).isInstanceOf(CallException.NotFound.class);
        assertThatThrownBy(() -> output("a".repeat(256))).isInstanceOf(CallException.NotFound.class);
    }

    @Test
    void runsABareNameWithALongArgument() throws Exception {
        script("svc", "printf %s \"$1\" | wc -c");
        assertThat(output("svc+" + "a".repeat(60_000)).strip()).isEqualTo("60000");
    }

    @Test
    void namesAFileThatIsNotExecutable() throws Exception {
        Files.writeString(directory.resolve("svc"), "#!/bin/sh\n");
        assertThatThrownBy(() -> output("svc"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("not executable");
    }

    @Test
    void passesTheServicesHalfCloseOn() throws Exception {
        script("svc", "exec 1>&-", "cat >/dev/null", "exit 3");
        TestStreams streams = new TestStreams();
        CompletableFuture<Integer> code = running("svc", streams);
        assertThat(streams.stdout.closed.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(code).isNotDone();
        streams.input.close();
        assertThat(code.get()).isEqualTo(3);
    }

    @Test
    void endsAlthoughTheCallerNeverClosesItsStdin() throws Exception {
        script("svc", "exit 4");
        assertThat(run("svc", new TestStreams())).isEqualTo(4);
    }

    @Test
    void endsAProcessThatTheProgramLeftBehindWithItsOutputOpen() throws Exception {
        script("svc", "sleep 1000 &", "echo $!");
        TestStreams streams = TestStreams.sending("");
        assertThat(run("svc", streams)).isZero();
        long left = Long.parseLong(streams.stdout.text().strip());
        ProcessHandle.of(left).ifPresent(process -> process.onExit().join());
    }

    @Test
    void doesNotWaitForOneThatMadeItselfIndependent() throws Exception {
        script("svc", "setsid sleep 30 &", "echo $!");
        TestStreams streams = TestStreams.sending("");
        assertThat(run("svc", streams)).isZero();
        assertThat(streams.stdout.text()).isNotEmpty();
    }

    @Test
    void endsTheProcessesOfACallThatIsCutOff() throws Exception {
        script("svc", "sleep 1000 & echo $!; trap '' TERM; wait; sleep 1000");
        service = new FileService(new ServiceSettings(
                new ServicePath(List.of(directory)),
                new ConfigPath(List.of()),
                Optional.empty(),
                Map.of(),
                java.time.Duration.ofSeconds(1),
                java.time.Duration.ofMillis(100),
                Means.ofThisSystem()));
        TestStreams streams = new TestStreams();
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> complete(code, "svc", streams));
        assertThat(streams.stdout.first.await(30, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        assertThatThrownBy(code::get).hasCauseInstanceOf(InterruptedException.class);
        long child = Long.parseLong(streams.stdout.text().strip());
        ProcessHandle.of(child).ifPresent(process -> process.onExit().join());
    }

    @Test
    void refusesAnotherUserWhenItCannotBecomeIt() throws Exception {
        script("svc", "id -un");
        service = new FileService(ServiceSettings.of(
                new ServicePath(List.of(directory)), new ConfigPath(List.of()), Optional.of("no;body"), Map.of()));
        assertThatThrownBy(() -> output("svc"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("no;body");
    }

    private String output(String name) throws Exception {
        TestStreams streams = TestStreams.sending("");
        run(name, streams);
        return streams.stdout.text();
    }

    private CompletableFuture<Integer> running(String name, TestStreams streams) {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread.startVirtualThread(() -> complete(code, name, streams));
        return code;
    }

    private void complete(CompletableFuture<Integer> code, String name, TestStreams streams) {
        try {
            code.complete(run(name, streams));
        } catch (Exception failed) {
            code.completeExceptionally(failed);
        }
    }
}
