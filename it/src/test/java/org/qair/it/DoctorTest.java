package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;

/** The doctor as people call it, and a shell that does what it says. */
@Timeout(300)
class DoctorTest {
    private static final Pattern HERE = Pattern.compile("^    here: (.*)$", Pattern.MULTILINE);

    private static final Pattern THERE = Pattern.compile("^    on the far host: (.*)$", Pattern.MULTILINE);

    @TempDir
    static Path directory;

    private static TwoHosts hosts;

    @BeforeAll
    static void start() throws Exception {
        hosts = new TwoHosts(directory).start();
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    private static void follow(Finished broken) throws Exception {
        assertThat(broken.exitCode()).isEqualTo(1);
        Matcher command = HERE.matcher(broken.stdout());
        assertThat(command.find()).as(broken.stdout()).isTrue();
        shell(command.group(1));
    }

    private static void shell(String command) throws Exception {
        String path = "PATH=%s:$PATH; ".formatted(Path.of(Programs.qair()).getParent());
        Finished mended = Programs.run(List.of("/bin/sh", "-c", path + command), new byte[0]);
        assertThat(mended.exitCode()).as(mended.stderr()).isZero();
    }

    @Test
    void aShellDoesWhatItSays() throws Exception {
        hosts.local.policy("");
        Await.until(() -> hosts.local.tryQair("doctor").stdout().contains("broken   policy"));
        follow(hosts.local.tryQair("doctor", "Remote-Qube"));
        Finished well = hosts.local.tryQair("doctor", "Remote-Qube");
        assertThat(well.exitCode()).as(well.stdout()).isZero();
        assertThat(well.stdout())
                .contains("unknown  far-policy    not told: the far policy does not let the relay call `qair.Doctor`")
                .endsWith("a call from `Local-Qube` went all the way\n");
    }

    @Test
    void aRelayWithoutItsAgentIsNamed() throws Exception {
        TestHost host = hosts.local;
        host.qair("qube", "create", "Agent-Relay", "--property", "agent=vchan");
        host.qair("qube", "create", "Other-Qube", "--relayvm", "Agent-Relay");
        host.write(host.layout.policy().resolve("20-other.policy"), "* * Local-Qube Other-Qube allow\n", "rw-r--r--");
        Finished broken = host.tryQair("doctor", "Other-Qube");
        assertThat(broken.exitCode()).isEqualTo(1);
        assertThat(broken.stdout())
                .contains("broken   relay         the agent of relay `Agent-Relay` is not connected (waiting)")
                .endsWith("    here: qair agent\n");
        String shown = host.qair("qube", "show", "Agent-Relay", "--json");
        Matcher domain = Pattern.compile("\"vchan_domain\":\"([0-9]+)\"").matcher(shown);
        Matcher vchans = Pattern.compile("\"vchan_directory\":\"([^\"]+)\"").matcher(shown);
        assertThat(domain.find() && vchans.find()).isTrue();
        try (TestAgent agent = new TestAgent(
                        directory.resolve("agent"), Path.of(vchans.group(1)), Integer.parseInt(domain.group(1)))
                .service("qubesair.SSHProxy", "exec cat")) {
            agent.start();
            Await.until(() -> host.tryQair("doctor", "Other-Qube").exitCode() == 0);
        }
    }

    @Test
    void aPlainSshdIsToldOfTheKeyAsSshdsAre() throws Exception {
        TestHost host = hosts.local;
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.writeString(bin.resolve("qrexec-client-vm"), "#!/bin/sh\nexec cat\n");
        assertThat(bin.resolve("qrexec-client-vm").toFile().setExecutable(true)).isTrue();
        host.qair("qube", "create", "Plain-Qube", "--relayvm", "Local-Relay");
        host.write(host.layout.policy().resolve("20-plain.policy"), "* * Local-Qube Plain-Qube allow\n", "rw-r--r--");
        Path key = host.layout.relayKey(new QubeName("Local-Relay"));
        try (Sshd sshd = Sshd.start(directory.resolve("sshd"), bin, key)) {
            Path peer = host.layout.peers().resolve("Plain-Qube.toml");
            host.write(
                    peer,
                    "address = \"127.0.0.1:%d\"\nuser = \"%s\"\nhost-key = \"%s\"\n"
                            .formatted(sshd.port(), System.getProperty("user.name"), sshd.hostKey()),
                    "rw-------");
            Path authorized = directory.resolve("sshd/authorized_keys");
            Files.writeString(authorized, "");
            shell(mending("key").replace("~/.ssh/authorized_keys", authorized.toString()));
            Await.until(() -> host.tryQair("doctor", "Plain-Qube").exitCode() == 0);
            callsBackAreLookedAt(peer, authorized);
        }
    }

    /** What a shell of the account there is told, once that layer is the first broken one. */
    private static String mending(String layer) throws Exception {
        String[] said = new String[1];
        Await.until(() -> {
            said[0] = hosts.local.tryQair("doctor", "Plain-Qube").stdout();
            return said[0].contains("  broken   %s ".formatted(layer));
        });
        Matcher command = THERE.matcher(said[0]);
        assertThat(command.find()).as(said[0]).isTrue();
        return command.group(1);
    }

    /** Something is in the socket's place, and then the key may not forward. */
    private static void callsBackAreLookedAt(Path peer, Path authorized) throws Exception {
        Path socket = Files.writeString(directory.resolve("calls"), "data");
        hosts.local.write(
                peer,
                Files.readString(peer) + "reverse = true\nreverse-socket = \"%s\"\n".formatted(socket),
                "rw-------");
        shell(mending("calls-back"));
        assertThat(directory.resolve("calls.other")).hasContent("data");
        Await.until(() -> hosts.local.tryQair("doctor", "Plain-Qube").stdout().contains("port-forwarding"));
        shell(mending("calls-back").replace("~/.ssh/authorized_keys", authorized.toString()));
        Finished well = hosts.local.tryQair("doctor", "Plain-Qube", "--json");
        assertThat(well.stdout())
                .contains("{\"layer\":\"calls-back\",\"state\":\"ok\",\"said\":\"they are taken at `%s` there\""
                        .formatted(socket));
        assertThat(well.exitCode()).isZero();
        Files.writeString(authorized, "");
        assertThat(mending("key")).startsWith("printf 'restrict,port-forwarding ");
    }
}
