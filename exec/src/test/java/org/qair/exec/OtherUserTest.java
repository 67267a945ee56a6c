package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallException;
import org.qair.call.CallId;

/** Programs that run as somebody else: {@code daemon}, who has a home and no shell, on every Linux. */
@Timeout(60)
class OtherUserTest {
    private static final Optional<String> DAEMON = Optional.of("daemon");
    private static final Means SETPRIV = new Means(false, false);
    private static final Means RUNUSER = new Means(true, false);

    @TempDir
    Path directory;

    private TestServices services;

    @BeforeEach
    void makeServices() throws Exception {
        TestServices.requireRoot();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        services = new TestServices(directory);
    }

    private static Means means(boolean sessions) {
        return sessions ? RUNUSER : SETPRIV;
    }

    private String output(boolean sessions, String service) throws Exception {
        FileService files = new FileService(services.settings().with(means(sessions)));
        return TestServices.output(files, TestServices.call(service, DAEMON));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hasTheUsersRightsGroupsHomeAndNames(boolean sessions) throws Exception {
        services.script("svc", "id -un; id -gn; id -Gn; pwd; echo $HOME $USER $LOGNAME $SHELL");
        UnixUser daemon = UnixUser.named("daemon");
        assertThat(output(sessions, "svc"))
                .isEqualTo("daemon\ndaemon\ndaemon\n%s\n%s daemon daemon %s\n"
                        .formatted(daemon.home(), daemon.home(), daemon.shell()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isToldOfItsCallAndNothingOfThisProcessesSecrets(boolean sessions) throws Exception {
        services.script("svc", "env | cut -d= -f1 | grep -v ^LC_ | sort");
        assertThat(output(sessions, "svc+arg").lines())
                .contains("QREXEC_REMOTE_DOMAIN", "QREXEC_SERVICE_ARGUMENT", "QREXEC_AGENT_PID", "PATH")
                .isSubsetOf(
                        "HOME",
                        "LANG",
                        "LANGUAGE",
                        "LOGNAME",
                        "PATH",
                        "PWD",
                        "OLDPWD",
                        "QREXEC_AGENT_PID",
                        "QREXEC_REMOTE_DOMAIN",
                        "QREXEC_REQUESTED_TARGET_TYPE",
                        "QREXEC_SERVICE_ARGUMENT",
                        "QAIR_CALL",
                        "QREXEC_SERVICE_FULL_NAME",
                        "QREXEC_SERVICE_PATH",
                        "QUBES_RPC_CONFIG_PATH",
                        "SHELL",
                        "SHLVL",
                        "TERM",
                        "TZ",
                        "USER",
                        "_",
                        "XDG_SESSION_ID",
                        "XDG_RUNTIME_DIR",
                        "MAIL");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsTheExitCodeAndTheSignal(boolean sessions) throws Exception {
        services.script("exits", "exit 42");
        services.script("dies", "kill -9 $$");
        FileService files = new FileService(services.settings().with(means(sessions)));
        assertThat(files.run(TestServices.call("exits", DAEMON), TestStreams.sending("unread")))
                .isEqualTo(42);
        assertThat(files.run(TestServices.call("dies", DAEMON), TestStreams.sending("unread")))
                .isEqualTo(128 + 9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void endsTheProcessTreeOfACallThatIsCutOff(boolean sessions) throws Exception {
        services.script("svc", "trap '' TERM", "sleep 1000 &", "echo $!", "wait", "sleep 1000");
        ServiceSettings settings = services.settings();
        FileService files = new FileService(new ServiceSettings(
                settings.path(),
                settings.config(),
                settings.unixUser(),
                settings.environment(),
                settings.drain(),
                java.time.Duration.ofMillis(100),
                means(sessions)));
        TestStreams streams = new TestStreams();
        TestServices.Running run = TestServices.start(files.prepare(TestServices.call("svc", DAEMON), false), streams);
        assertThat(streams.stdout.first.await(30, TimeUnit.SECONDS)).isTrue();
        run.thread().interrupt();
        assertThatThrownBy(run.code()::get).hasCauseInstanceOf(InterruptedException.class);
        long child = Long.parseLong(streams.stdout.text().strip());
        ProcessHandle.of(child).ifPresent(process -> process.onExit().join());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void runsACommandInTheUsersShell(boolean sessions) throws Exception {
        TestServices.require(Files.isExecutable(Path.of("/bin/bash")), "no bash");
        String user = Files.readAllLines(Path.of("/etc/passwd")).stream()
                .filter(line -> line.endsWith(":/bin/sh") || line.endsWith(":/bin/bash"))
                .map(line -> line.substring(0, line.indexOf(':')))
                .filter(name -> !name.equals("root"))
                .findFirst()
                .orElse("");
        TestServices.require(!user.isEmpty(), "no other user has a shell");
        TestStreams streams = TestStreams.sending("in");
        Prepared command = new LoginShell(services.settings().with(means(sessions)))
                .prepare(CallId.random(), "id -un; cat; exit 5", Optional.of(user));
        assertThat(command.run(streams)).isEqualTo(5);
        assertThat(streams.stdout.text()).isEqualTo(user + "\nin");
    }

    @Test
    void refusesAnAccountWhoseShellIsNone() throws Exception {
        Prepared command =
                new LoginShell(services.settings()).prepare(CallId.random(), "echo ran", Optional.of("daemon"));
        TestStreams streams = TestStreams.sending("");
        assertThat(command.run(streams)).isNotZero();
        assertThat(streams.stdout.text()).doesNotContain("ran");
    }

    @Test
    void passesAHalfCloseOnWithoutASession() throws Exception {
        services.script("svc", "exec 1>&-", "cat >/dev/null", "exit 3");
        TestStreams streams = new TestStreams();
        FileService files = new FileService(services.settings().with(SETPRIV));
        TestServices.Running run = TestServices.start(files.prepare(TestServices.call("svc", DAEMON), false), streams);
        assertThat(streams.stdout.closed.await(30, TimeUnit.SECONDS)).isTrue();
        streams.input.close();
        assertThat(run.code().get()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void usesTheMeansThatItIsGiven(boolean sessions) throws Exception {
        Launch launch = new Launch("test", List.of("/bin/true"), Optional.of(UnixUser.named("daemon")), Map.of());
        assertThat(launch.builder(means(sessions), CallId.random()).command())
                .anyMatch(word -> word.endsWith(sessions ? "/runuser" : "/setpriv"));
    }

    @Test
    void namesAUserThatIsNone() {
        assertThatThrownBy(() -> UnixUser.named("no;body"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("`no;body`");
        assertThatThrownBy(() -> UnixUser.named("-u")).isInstanceOf(CallException.Failed.class);
        assertThatThrownBy(() -> UnixUser.named("nobody\0")).isInstanceOf(CallException.Failed.class);
    }
}
