package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/**
 * Routes over a host in the middle, among RemoteVMs of one relay, to and from the relay itself, and one that goes in a
 * circle. Host `a` and host `c` know host `b`; `b` knows both, by one relay.
 */
@Timeout(240)
class RoutesTest {
    private static final byte[] NOTHING = new byte[0];

    @TempDir
    static Path directory;

    private static TestHost a;
    private static TestHost b;
    private static TestHost c;

    @BeforeAll
    static void start() throws Exception {
        a = new TestHost(directory.resolve("a"));
        b = new TestHost(directory.resolve("b"));
        c = new TestHost(directory.resolve("c"));
        Qubes.make(
                a.layout,
                qubes -> qubes.local("a-relay", "a-vm")
                        .remote("c-vm", "a-relay", "b")
                        .remote("b-vm", "a-relay", "b")
                        .remote("nowhere", "a-relay", "b"));
        Qubes.make(
                b.layout,
                qubes -> qubes.local("b-relay", "b-vm")
                        .remote("a-vm", "b-relay", "a")
                        .remote("c-vm", "b-relay", "c")
                        .remote("c-caller", "b-relay", "c")
                        .remote("nowhere", "b-relay", "c"));
        Qubes.make(
                c.layout,
                qubes -> qubes.local("c-relay", "c-vm", "c-caller")
                        .remote("a-vm", "c-relay", "b")
                        .remote("b-vm", "c-relay", "b")
                        .remote("b-relay", "c-relay", "b")
                        .remote("the-relay", "c-relay", "b", "b-relay")
                        .remote("nowhere", "c-relay", "b"));
        endpoint(a, "a-relay", key(b, "b-relay"));
        endpoint(b, "b-relay", key(a, "a-relay"), key(c, "c-relay"));
        endpoint(c, "c-relay", key(b, "b-relay"));
        for (TestHost host : List.of(a, b, c)) {
            host.policy("* * @anyvm @anyvm allow");
            host.service("test.Show", "printf '%s' \"$QREXEC_REMOTE_DOMAIN\"; cat; exit 3");
            host.start();
        }
        peers(a, "b", b);
        peers(b, "a", a, "c", c);
        peers(c, "b", b);
        Await.until(() -> a.call("a-vm", NOTHING, "c-vm", "test.Show").exitCode() == 3);
        Await.until(() -> c.call("c-vm", NOTHING, "b-vm", "test.Show").exitCode() != 125);
    }

    @AfterAll
    static void stop() {
        List.of(a, b, c).forEach(TestHost::close);
    }

    private static String key(TestHost host, String relay) throws Exception {
        return Qubes.relayKey(host.layout, relay);
    }

    private static void endpoint(TestHost host, String relay, String... keys) throws Exception {
        host.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"" + relay + "\"",
                "key = [\"" + String.join("\", \"", keys) + "\"]");
    }

    private static void peers(TestHost host, Object... namesAndHosts) throws Exception {
        List<String> lines = new ArrayList<>(List.of(java.nio.file.Files.readString(host.layout.settings())));
        for (int i = 0; i < namesAndHosts.length; i += 2) {
            TestHost far = (TestHost) namesAndHosts[i + 1];
            lines.addAll(List.of(
                    "[[peer]]",
                    "name = \"" + namesAndHosts[i] + "\"",
                    "address = \"" + far.endpoint() + "\"",
                    "host-key = \"" + Qubes.endpointKey(far.layout) + "\""));
        }
        host.settings(lines.toArray(String[]::new));
    }

    private static AuditRecord last(TestHost host) {
        return host.audit().getLast();
    }

    @Test
    void aCallGoesOverAHostInTheMiddleWithItsSource() throws Exception {
        Finished finished = a.call("a-vm", "|payload".getBytes(UTF_8), "c-vm", "test.Show");
        assertThat(finished.exitCode()).as(finished.stderr()).isEqualTo(3);
        assertThat(finished.stdout()).isEqualTo("a-vm|payload");
        assertThat(last(a).source()).isEqualTo("a-vm");
        assertThat(last(a).via()).isEmpty();
        assertThat(last(b).source()).isEqualTo("a-vm");
        assertThat(last(b).via()).hasValue("b-relay");
        assertThat(last(b).relay()).hasValue("b-relay");
        assertThat(last(c).source()).isEqualTo("a-vm");
        assertThat(last(c).via()).hasValue("c-relay");
    }

    @Test
    void theHostInTheMiddleJudgesToo() throws Exception {
        b.write(b.layout.policy().resolve("10-no.policy"), "test.NotOverB * a-vm c-vm deny\n", "rw-r--r--");
        Await.until(() -> a.call("a-vm", NOTHING, "c-vm", "test.NotOverB").exitCode() == 126);
        assertThat(c.audit()).noneMatch(call -> call.service().contains("test.NotOverB"));
    }

    @Test
    void aRemoteVmCallsTheRelayItselfAndTheRelayCallsIt() throws Exception {
        Finished toRelay = c.call("c-caller", NOTHING, "the-relay", "test.Show");
        assertThat(toRelay.stdout()).isEqualTo("c-caller");
        assertThat(last(b).target()).hasValue("b-relay");
        Finished fromRelay = b.call("b-relay", NOTHING, "c-vm", "test.Show");
        assertThat(fromRelay.stdout()).isEqualTo("b-relay");
    }

    /** `nowhere` is behind b for c and behind c for b; `a-vm` is a RemoteVM on both, behind the relay that each is for the other. */
    @Test
    void aCallThatGoesInACircleEnds() throws Exception {
        int seen = b.audit().size() + c.audit().size();
        Finished finished = a.call("a-vm", NOTHING, "nowhere", "test.Show");
        assertThat(finished.exitCode()).isEqualTo(126);
        List<AuditRecord> all = new ArrayList<>(b.audit());
        all.addAll(c.audit());
        assertThat(all)
                .anySatisfy(call -> assertThat(call.reason().orElse(""))
                        .contains("it has come through 8 relays and is not relayed once more"));
        assertThat(all.size() - seen).isEqualTo(8);
    }
}
