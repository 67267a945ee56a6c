package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Services of a process with another environment, or another user, than this one. */
@Timeout(120)
class OwnProcessTest {
    @TempDir
    Path directory;

    private TestServices services;

    @BeforeEach
    void makeServices() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        services = new TestServices(directory);
    }

    private String run(List<String> before, Map<String, String> environment, String service, String user)
            throws Exception {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classPath(),
                ServiceMain.class.getName(),
                directory.toString(),
                service,
                user));
        ProcessBuilder builder = new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return output;
    }

    @Test
    void passesNothingOnOfTheCallThatItIsItselfPartOf() throws Exception {
        services.script(
                "svc", "env | grep ^QREXEC | grep -v AGENT_PID | sort; echo $KEPT; echo $QREXEC_AGENT_PID $PPID");
        Map<String, String> outer = Map.of(
                "QREXEC_SERVICE_ARGUMENT", "outer",
                "QREXEC_REQUESTED_TARGET", "outer",
                "QREXEC_REQUESTED_TARGET_KEYWORD", "outer",
                "QREXEC_SOMETHING_NEW", "outer",
                "QREXEC_SERVICE_PATH", "/kept",
                "QREXEC_AGENT_PID", "1",
                "KEPT", "yes");
        String output = run(List.of(), outer, "svc", "");
        assertThat(output).startsWith("""
                QREXEC_REMOTE_DOMAIN=vm1
                QREXEC_REQUESTED_TARGET_TYPE=
                QREXEC_SERVICE_FULL_NAME=svc
                QREXEC_SERVICE_PATH=/kept
                yes
                """);
        List<String> pids = List.of(output.lines().toList().getLast().split(" ", -1));
        assertThat(pids.getFirst())
                .isEqualTo(pids.getLast()); // setsid and what follows become the service, one after another
    }

    @Test
    void runsItsOwnUsersServicesAloneWhenItIsNotRoot() throws Exception {
        TestServices.requireRoot();
        TestServices.require(SystemPrograms.find("setpriv").isPresent(), "setpriv is not installed");
        Path classes = Path.of(ServiceMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Assumptions.assumeTrue(isReadableByAll(classes), "others than root cannot read this checkout");
        UnixUser daemon = UnixUser.named("daemon");
        List<String> asDaemon = List.of(
                SystemPrograms.need("setpriv", "util-linux"),
                "--reuid=" + daemon.uid(),
                "--regid=" + daemon.gid(),
                "--clear-groups",
                "--");
        services.script("svc", "id -un");
        assertThat(run(asDaemon, Map.of(), "svc", "")).isEqualTo("daemon\n");
        assertThat(run(asDaemon, Map.of(), "svc", "daemon")).isEqualTo("daemon\n");
        assertThat(run(asDaemon, Map.of(), "svc", "root"))
                .startsWith("125: this is to run as `root`")
                .contains("cannot become anybody else");
    }

    /** The classes under test, where any user can read them: those of this checkout, and copies of libraries in somebody's home. */
    private String classPath() throws Exception {
        List<String> entries = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path path = Path.of(entry);
            if (Files.isRegularFile(path)) {
                Path copy = directory.resolve(path.getFileName());
                Files.copy(path, copy, StandardCopyOption.REPLACE_EXISTING);
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
                entries.add(copy.toString());
            } else {
                entries.add(entry);
            }
        }
        return String.join(File.pathSeparator, entries);
    }

    private static boolean isReadableByAll(Path path) throws Exception {
        for (Path above = path; above != null; above = above.getParent()) {
            if (!Files.getPosixFilePermissions(above).contains(PosixFilePermission.OTHERS_EXECUTE)) {
                return false;
            }
        }
        return true;
    }
}
