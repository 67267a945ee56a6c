package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Qubes that are Unix users: who may call as whom, and as whom services run. Needs root, to become other users. */
@Timeout(120)
class UsersTest {
    private static final byte[] HI = "hi\n".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path directory;

    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        boolean root = System.getProperty("user.name").equals("root");
        if (!root && System.getenv("CI") != null) {
            throw new AssertionError("CI runs as root, so that this test can become other users");
        }
        Assumptions.assumeTrue(root, "becoming other users needs root");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        host = new TestHost(directory.resolve("h"));
        host.qair("qube", "create", "desk", "--unix-user", "nobody");
        host.qair("qube", "create", "work", "--unix-user", "daemon");
        host.policy("* * desk work allow");
        host.service("test.Id", "id -un; cat");
        host.start();
    }

    @AfterEach
    void stop() {
        if (host != null) {
            host.close();
        }
    }

    private Finished callAs(String user, Path socket) throws Exception {
        List<String> command = new ArrayList<>(List.of("runuser", "-u", user, "--", Programs.client()));
        command.addAll(List.of("--agent-socket=" + socket, "--", "work", "test.Id"));
        return Programs.run(command, HI);
    }

    @Test
    void theDefaultSocketKnowsAUserAndTheServiceRunsAsTheTargets() throws Exception {
        Finished finished = callAs("nobody", host.layout.triggerSocket());
        assertThat(finished.stdout()).as(finished.stderr()).isEqualTo("daemon\nhi\n");
        assertThat(host.audit().getLast().caller()).isEqualTo("desk");
    }

    @Test
    void aQubesOwnSocketIsForItsUserAlone() throws Exception {
        assertThat(callAs("nobody", host.agentSocket("desk")).exitCode()).isZero();
        Finished other = callAs("daemon", host.agentSocket("desk"));
        assertThat(other.exitCode()).isEqualTo(125);
        assertThat(other.stderr()).contains("permission denied");
        assertThat(host.audit()).hasSize(1);
    }

    @Test
    void aUserThatIsNoQubeCannotCall() throws Exception {
        Finished finished = callAs("bin", host.layout.triggerSocket());
        assertThat(finished.exitCode()).isNotZero();
        assertThat(host.audit()).isEmpty();
    }
}
