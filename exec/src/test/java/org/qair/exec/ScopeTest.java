package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.testing.Systemd;

/** Calls in scopes of a real {@code systemd}: what leaves its process group and its session does not leave its call. */
@Timeout(120)
class ScopeTest {
    @TempDir
    Path directory;

    @Test
    void endsWhatMadeItselfIndependent() throws Exception {
        try (Systemd systemd = SystemdNamespace.start(directory)) {
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            TestServices services = new TestServices(directory);
            services.script("svc", "setsid sleep 1000 >/dev/null 2>&1 &", "echo $!", "cat /proc/self/cgroup", "exit 7");
            assertThat(run(systemd, UnixUser.own().name(), "to its end"))
                    .startsWith("code 7\n")
                    .containsPattern("0::/qair\\.slice/qair-call-[0-9a-f]{32}\\.scope\n")
                    .endsWith("the stray has ended\n");
            assertThat(run(systemd, "daemon", "to its end"))
                    .startsWith("code 7\n")
                    .containsPattern("0::/qair\\.slice/qair-call-[0-9a-f]{32}\\.scope\n")
                    .endsWith("the stray has ended\n");
            services.script(
                    "svc", "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 1000' & echo $!; wait; sleep 1000");
            assertThat(run(systemd, UnixUser.own().name(), "cut off")).endsWith("the stray has ended\n");
        }
    }

    private String run(Systemd systemd, String user, String how) throws Exception {
        Process program = new ProcessBuilder(systemd.inside(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ScopedProgram.class.getName(),
                        directory.toString(),
                        user,
                        how))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor()).isZero();
        return output;
    }
}
