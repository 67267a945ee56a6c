package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;
import org.qair.host.relayqube.InstalledService;
import org.qair.host.relayqube.InstalledService.Form;
import org.qair.policy.QubeName;

/**
 * {@code qair relay} in the relay qube `sys-relay`: a Qair host plays dom0, agent and QubesDB around it, and our
 * {@code qrexec-client-vm} the stock one. The far host has the qube `work`, which is a RemoteVM for the former, as vm1 is for the latter.
 */
@Timeout(300)
class RelayQubeTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    static Path directory;

    private static TestHost qubesOs;
    private static TestHost relay;
    private static TestHost far;
    private static Path services;
    private static List<String> peers = List.of();

    @BeforeAll
    static void start() throws Exception {
        qubesOs = new TestHost(directory.resolve("d"));
        relay = new TestHost(directory.resolve("q")).asRelay();
        far = new TestHost(directory.resolve("f"));
        services = qubesOs.layout.root().resolve("etc/qair/qubes/sys-relay/qubes-rpc");
        Qubes.make(
                qubesOs.layout,
                qubes -> qubes.local("sys-relay", "vm1", "vm2")
                        .remote("work", "sys-relay", "unused")
                        .remote("job", "sys-relay", "unused", "work")
                        .remote("pi", "sys-relay", "unused"));
        Qubes.make(
                far.layout,
                qubes -> qubes.local("f-relay", "work")
                        .remote("vm1", "f-relay", "qubes")
                        .remote("sys-relay", "f-relay", "qubes")
                        .remote("other", "f-relay", "qubes", "job"));
        qubesOs.policy("* * @anyvm @anyvm allow");
        qubesOs.service("test.In", "printf '%s|' \"$QREXEC_REMOTE_DOMAIN\"; cat; echo err >&2; exit 5");
        qubesOs.service("test.Wait", "echo started; exec cat");
        qubesOs.start();
        settings(List.of());
        relay.start();
        far.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"f-relay\"",
                "key = \"" + Qubes.relayKey(relay.layout, "sys-relay") + "\"",
                "[[peer]]",
                "name = \"qubes\"",
                "address = \"" + relay.endpoint() + "\"",
                "host-key = \"" + Qubes.endpointKey(relay.layout) + "\"");
        far.policy("test.Secret * * * deny", "* * @anyvm @anyvm allow");
        far.service(
                "test.Out",
                "printf '%s|%s|' \"$QREXEC_REMOTE_DOMAIN\" \"${QREXEC_SERVICE_ARGUMENT-unset}\"; cat; echo err >&2; exit 9");
        far.service("test.Cat", "exec cat");
        far.service("test.Wait", "echo started; exec cat");
        far.start();
        peers = List.of(
                "[[peer]]",
                "name = \"work\"",
                "address = \"" + far.endpoint() + "\"",
                "host-key = \"" + Qubes.endpointKey(far.layout) + "\"");
        settings(peers);
        install(Form.EXECUTABLE);
        Await.until(() -> out("test.Out").exitCode() == 9);
    }

    private static void settings(List<String> peers) throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "[relay]",
                "qubesdb = \"" + qubesOs.layout.qubeLink(new QubeName("sys-relay")) + "/qubesdb.sock\"",
                "client = [\"" + Programs.client() + "\", \"--agent-socket=" + qubesOs.agentSocket("sys-relay") + "\"]",
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"far\"",
                "key = \"" + Qubes.relayKey(far.layout, "f-relay") + "\""));
        lines.addAll(peers);
        relay.settings(lines.toArray(String[]::new));
    }

    private static void install(Form form) throws Exception {
        boolean ignored = new InstalledService(relay.layout, services).install(form, Programs.HOME.resolve("bin"));
    }

    private static Finished out(String service) throws Exception {
        return qubesOs.call("vm1", "x".getBytes(UTF_8), "work", service);
    }

    @AfterAll
    static void stop() {
        qubesOs.close();
        relay.close();
        far.close();
    }

    @Test
    void theExecutableKeepsErrorOutputAndExitCode() throws Exception {
        install(Form.EXECUTABLE);
        Finished finished = out("test.Out+a+b");
        assertThat(finished.stdout()).isEqualTo("vm1|a+b|x");
        assertThat(finished.stderr()).isEqualTo("err\n");
        assertThat(finished.exitCode()).isEqualTo(9);
        assertThat(out("test.Out").stdout()).isEqualTo("vm1|unset|x");
        assertThat(out("test.Out+").stdout()).isEqualTo("vm1||x");
        assertThat(out("test.Secret").exitCode()).isEqualTo(126);
        assertThat(out("test.Missing").exitCode()).isEqualTo(127);
    }

    @Test
    void theExecutablePassesEveryByteOn() throws Exception {
        install(Form.EXECUTABLE);
        byte[] payload = new byte[2_000_000];
        new Random(1).nextBytes(payload);
        assertThat(qubesOs.call("vm1", payload, "work", "test.Cat").output()).isEqualTo(payload);
    }

    @Test
    void theSocketServicePassesEveryByteOnAndNothingElse() throws Exception {
        install(Form.SOCKET);
        Finished finished = out("test.Out+a");
        assertThat(finished.stdout()).isEqualTo("vm1|a|x");
        assertThat(finished.stderr()).isEmpty();
        assertThat(finished.exitCode()).isZero();
        byte[] payload = new byte[2_000_000];
        new Random(2).nextBytes(payload);
        assertThat(qubesOs.call("vm1", payload, "work", "test.Cat").output()).isEqualTo(payload);
        assertThat(out("test.Secret").output()).isEmpty();
    }

    @Test
    void aCallerThatGoesAwayEndsTheFarService() throws Exception {
        for (Form form : Form.values()) {
            install(form);
            Process caller = new ProcessBuilder(qubesOs.caller("vm1", "--", "work", "test.Wait")).start();
            assertThat(caller.inputReader().readLine()).isEqualTo("started");
            caller.destroyForcibly();
            AuditRecord record = far.audit().getLast();
            Await.until(() -> far.audit().stream()
                    .filter(call -> call.id().equals(record.id()))
                    .anyMatch(call -> call.end().isPresent()));
        }
    }

    @Test
    void namesAreThoseOfQubesDbAtTheTimeOfTheCall() throws Exception {
        install(Form.EXECUTABLE);
        assertThat(qubesOs.call("vm1", NOTHING, "job", "test.Out").exitCode()).isEqualTo(9);
        assertThat(far.audit().getLast().requestedTarget()).isEqualTo("work");
        qubesOs.qair("qube", "set", "job", "--remote-name", "nobody");
        assertThat(qubesOs.call("vm1", NOTHING, "job", "test.Out").exitCode())
                .as("there is no peer of that name")
                .isEqualTo(125);
        qubesOs.qair("qube", "set", "job", "--remote-name", "work");
        assertThat(qubesOs.call("vm1", NOTHING, "job", "test.Out").exitCode()).isEqualTo(9);
    }

    @Test
    void aCallThatComesInIsJudgedByTheQubesOwnPolicy() throws Exception {
        Finished finished = far.call("work", "y".getBytes(UTF_8), "vm1", "test.In");
        assertThat(finished.stdout()).isEqualTo("work|y");
        assertThat(finished.stderr()).isEqualTo("err\n");
        assertThat(finished.exitCode()).isEqualTo(5);
        AuditRecord record = qubesOs.audit().getLast();
        assertThat(record.source()).isEqualTo("work");
        assertThat(record.via()).hasValue("sys-relay");
        assertThat(far.call("work", NOTHING, "vm1", "test.Missing").exitCode()).isEqualTo(127);
    }

    @Test
    void aMachineWithOpensshAloneCallsInAsTheRemoteVmThatItIs() throws Exception {
        Path socket = directory.resolve("calls");
        Path key = relay.layout.relayKey(new QubeName("sys-relay"));
        try (Sshd sshd = Sshd.start(directory.resolve("sshd"), directory, key)) {
            List<String> more = new ArrayList<>(peers);
            more.addAll(List.of(
                    "[[peer]]",
                    "name = \"pi\"",
                    "address = \"127.0.0.1:" + sshd.port() + "\"",
                    "user = \"" + System.getProperty("user.name") + "\"",
                    "host-key = \"" + sshd.hostKey() + "\"",
                    "reverse = true",
                    "reverse-socket = \"" + socket + "\""));
            settings(more);
            Await.until(() -> relay.readLog().contains("calls back are taken at `" + socket));
            List<String> caller = List.of(Programs.client(), "--agent-socket=" + socket);
            Finished in = Programs.run(concat(caller, "vm1", "test.In"), "x".getBytes(UTF_8));
            assertThat(in.stdout()).as(in.stderr() + relay.readLog()).isEqualTo("pi|x");
            assertThat(in.stderr()).isEqualTo("err\n");
            assertThat(in.exitCode()).isEqualTo(5);
            assertThat(Programs.run(concat(caller, "-s", "work", "vm1", "test.In"), NOTHING)
                            .exitCode())
                    .as("it is at another peer")
                    .isEqualTo(126);
        } finally {
            settings(peers);
        }
    }

    private static List<String> concat(List<String> command, String... words) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(words));
        return all;
    }

    @Test
    void aSourceThatIsNoRemoteVmBehindTheRelayIsRefused() throws Exception {
        assertThat(far.call("f-relay", NOTHING, "vm1", "test.In").exitCode()).isEqualTo(126);
    }

    @Test
    void aFarCallerThatGoesAwayEndsTheServiceHere() throws Exception {
        Process caller = new ProcessBuilder(far.caller("work", "--", "vm1", "test.Wait")).start();
        assertThat(caller.inputReader().readLine()).isEqualTo("started");
        AuditRecord record = qubesOs.audit().getLast();
        caller.destroyForcibly();
        Await.until(() -> qubesOs.audit().stream()
                .filter(call -> call.id().equals(record.id()))
                .anyMatch(call -> call.end().isPresent()));
    }

    @Test
    void aCallThatWouldComeBackToTheRelayIsRefusedWithThatReason() throws Exception {
        assertThat(far.call("work", NOTHING, "sys-relay", "test.In").exitCode()).isEqualTo(126);
        assertThat(relay.readLog()).contains("its target is this relay itself");
        assertThat(far.call("work", NOTHING, "other", "test.In").exitCode()).isEqualTo(126);
        assertThat(relay.readLog()).contains("`job` is behind this relay too");
    }

    @Test
    void withoutARelayTheExecutableSaysSo() throws Exception {
        Path elsewhere = directory.resolve("elsewhere");
        TestHost none = new TestHost(directory.resolve("none"));
        Finished installed = none.tryQair("relay", "install", "--form", "executable", "--into", elsewhere.toString());
        assertThat(installed.stdout()).isEqualTo("wrote " + elsewhere.resolve("qubesair.SSHProxy") + " (executable)\n");
        ProcessBuilder service =
                new ProcessBuilder(elsewhere.resolve("qubesair.SSHProxy").toString(), "work+test.Out");
        service.environment().put("QREXEC_REMOTE_DOMAIN", "vm1");
        service.environment().put("QREXEC_SERVICE_FULL_NAME", "qubesair.SSHProxy+work+test.Out");
        Finished finished = Programs.finish(service.start(), NOTHING);
        assertThat(finished.exitCode()).isEqualTo(125);
        assertThat(finished.stderr()).contains("does `qair relay` run in this qube?");
        assertThat(none.qair("relay", "uninstall", "--into", elsewhere.toString()))
                .startsWith("removed ");
        assertThat(Files.exists(elsewhere.resolve("qubesair.SSHProxy"))).isFalse();
    }
}
