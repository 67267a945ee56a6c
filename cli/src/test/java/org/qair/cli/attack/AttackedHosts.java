package org.qair.cli.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.qair.cli.Machine;
import org.qair.client.QrexecCall;
import org.qair.host.audit.AuditRecord;
import org.qair.host.files.Trees;

/**
 * Two hosts and who is about them: AppVM1 and AppVM2 call {@code work} on the far one, which demands proofs of them, through the relay that
 * an attack is about; a bystander calls through another relay, and must notice nothing.
 */
final class AttackedHosts implements AutoCloseable {
    /** A bystander's call that began before the attack: what it sends it gets back. */
    private static final String BYSTANDER = "Calm";

    final Machine near;
    final Machine far;
    final Path lie;
    private final Path directory;
    private final QrexecCall calm;
    private int echoed;

    AttackedHosts() throws Exception {
        directory = Files.createTempDirectory("attack");
        near = new Machine(directory.resolve("n"));
        far = new Machine(directory.resolve("f"));
        lie = Files.writeString(directory.resolve("lie"), "none");
        makeFar();
        makeNear();
        calm = near.begin(BYSTANDER, "Calm-Remote", "test.Echo");
        bystanderGoesOn();
    }

    /** One pair of hosts for all attacks, because each leaves them as they were. */
    static final class Shared implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == AttackedHosts.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(AttackedHosts.class, type -> start(), AttackedHosts.class);
        }

        private static AttackedHosts start() {
            try {
                return new AttackedHosts();
            } catch (Exception failed) {
                throw new AssertionError("the hosts do not start", failed);
            }
        }
    }

    private void makeFar() throws Exception {
        for (String qube : List.of("work", "vault", "Relay", "Calm-Relay", "Lost-Relay")) {
            far.qair("qube", "create", qube);
        }
        String key = near.qair("key", "show", "--host").strip();
        for (String qube : List.of("AppVM1", "AppVM2")) {
            far.qair("qube", "create", qube, "--relayvm", "Relay");
            far.qair("key", "pin", qube, "--required", key);
        }
        far.qair("qube", "create", BYSTANDER, "--relayvm", "Calm-Relay");
        far.qair("qube", "create", "Loser", "--relayvm", "Lost-Relay");
        far.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"Relay\"",
                "key = \"" + near.qair("key", "show", "Relay").strip() + "\"",
                "[[endpoint.relay]]",
                "name = \"Calm-Relay\"",
                "key = \"" + near.qair("key", "show", "Calm-Relay").strip() + "\"",
                "[[endpoint.relay]]",
                "name = \"Lost-Relay\"",
                "key = \"" + near.qair("key", "show", "Lost-Relay").strip() + "\"");
        // the policy would let every lie pass: what holds is not policy
        far.policy("* * @anyvm work allow", "* * @anyvm vault allow");
        far.service("test.Echo", "exec cat");
        far.service("test.Who", who());
        far.service("test.Other", who());
        far.start();
    }

    private String who() {
        return "echo \"$QREXEC_REMOTE_DOMAIN ${QAIR_SOURCE_PROOF-own} $QREXEC_SERVICE_FULL_NAME\" | tee -a " + ran();
    }

    private Path ran() {
        return directory.resolve("ran");
    }

    private void makeNear() throws Exception {
        for (String qube : List.of("AppVM1", "AppVM2", "Relay", "Calm-Relay", BYSTANDER)) {
            near.qair("qube", "create", qube);
        }
        near.qair("qube", "create", "Remote", "--relayvm", "Relay", "--remote-name", "work", "--peer", "far");
        near.qair("key", "pin", "Remote", far.qair("key", "show", "--host").strip());
        near.qair("qube", "create", "Calm-Remote", "--relayvm", "Calm-Relay", "--remote-name", "work", "--peer", "far");
        String endpointKey = far.qair("key", "show", "--endpoint").strip();
        near.settings(
                "[[peer]]",
                "name = \"far\"",
                "address = \"" + far.endpoint() + "\"",
                "host-key = \"" + endpointKey + "\"");
        near.policy("* * @anyvm @anyvm allow");
        List<String> program = new ArrayList<>(Attacker.java(LyingRelay.class));
        program.addAll(List.of(lie.toString(), "\"$1\""));
        program.addAll(ssh(near.layout.keys().resolve("relay-Relay")));
        near.write(
                near.layout.root().resolve("etc/qair/qubes/Relay/qubes-rpc/qubesair.SSHProxy"),
                "#!/bin/sh\nexec " + String.join(" ", program) + "\n",
                "rwxr-xr-x");
        near.start();
    }

    /** The command that logs in to the far host's endpoint with a key. */
    List<String> ssh(Path key) throws Exception {
        Path known = directory.resolve("known_hosts");
        String address = far.endpoint();
        String port = address.substring(address.lastIndexOf(':') + 1);
        Files.writeString(
                known,
                "[127.0.0.1]:" + port + " "
                        + far.qair("key", "show", "--endpoint").strip() + "\n");
        return List.of(
                Attacker.needed("/usr/bin/ssh", "openssh-client"),
                "-F",
                "none",
                "-T",
                "-p",
                port,
                "-i",
                key.toString(),
                "-o",
                "UserKnownHostsFile=" + known,
                "-o",
                "IdentitiesOnly=yes",
                "-o",
                "BatchMode=yes",
                "127.0.0.1");
    }

    /** From now on the relay lies so. */
    void lie(String how) throws IOException {
        Files.writeString(lie, how);
    }

    Machine.Finished call(String service) throws IOException {
        return near.call("AppVM1", "Remote", service, "");
    }

    /** What ran on the far host since this was asked last, a line each. */
    List<String> whatRan() throws IOException {
        List<String> lines = Files.exists(ran()) ? Files.readAllLines(ran()) : List.of();
        Files.deleteIfExists(ran());
        return lines;
    }

    /** What the far host's audit has of the last call but the bystander's. */
    AuditRecord lastOfFar() {
        return last(far);
    }

    AuditRecord lastOfNear() {
        return last(near);
    }

    private static AuditRecord last(Machine host) {
        return host.audit().stream()
                .filter(call -> !List.of(BYSTANDER, "Calm-Relay").contains(call.caller()))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    Optional<String> whyFarRefused() {
        return lastOfFar().reason();
    }

    /** The call that began before the attack goes on, and a new one is answered. */
    void bystanderGoesOn() throws IOException {
        byte[] line = ("line " + ++echoed + "\n").getBytes(StandardCharsets.US_ASCII);
        calm.stdin().write(line);
        calm.stdin().flush();
        assertThat(calm.stdout().readNBytes(line.length)).isEqualTo(line);
        assertThat(near.call(BYSTANDER, "Calm-Remote", "test.Who", "").stdout()).isEqualTo("Calm relay test.Who\n");
    }

    /** The bystander's call ends as it would without an attack. */
    @Override
    public void close() throws IOException {
        try (calm) {
            calm.stdin().close();
            assertThat(calm.stdout().read()).isEqualTo(-1);
            assertThat(calm.exitCode()).isZero();
        } finally {
            near.close();
            far.close();
            Trees.delete(directory);
        }
    }
}
