package org.qair.host.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.limits.Direction;
import org.qair.host.limits.Limit;
import org.qair.host.prompts.Asking;
import org.qair.host.prompts.PromptSettings;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.QubeName;
import org.qair.relay.endpoint.EndpointLimits;
import org.qair.relay.incoming.RelayLimits;

class HostSettingsTest {
    private static HostSettings parse(String... lines) throws SettingsException {
        return HostSettings.parse("qair.toml", String.join("\n", lines) + "\n");
    }

    private static void assertFault(String message, String... lines) {
        assertThatThrownBy(() -> parse(lines))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(message);
    }

    private static PeerTable.Server server(PeerTable peer) {
        return (PeerTable.Server) peer.reach();
    }

    @Test
    void aMissingFileSetsNothing(@TempDir Path directory) throws Exception {
        HostSettings settings = HostSettings.read(directory.resolve("none.toml"));
        assertThat(settings.endpoint()).isEmpty();
        assertThat(settings.peers()).isEmpty();
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.onBrokenPolicy()).isEqualTo(OnBrokenPolicy.DENY);
    }

    @Test
    void readsWhatIsToBeKeptOfCalls() throws Exception {
        assertThat(parse("").audit()).isEqualTo(new AuditSettings(false, java.util.Optional.empty(), false));
        assertThat(parse("audit = \"required\"", "audit-keep-days = 30", "audit-journal = true")
                        .audit())
                .isEqualTo(new AuditSettings(true, java.util.Optional.of(Duration.ofDays(30)), true));
        assertThat(parse("audit = \"best-effort\"").audit().required()).isFalse();
        assertFault("`audit` is to be one of", "audit = \"yes\"");
        assertFault("`audit-keep-days` is to be from 1", "audit-keep-days = 0");
        assertFault("qair.toml:1", "audit-journal = 1");
    }

    @Test
    void readsWhereTheHostsNumbersCanBeRead() throws Exception {
        assertThat(parse("").metrics().isAsked()).isFalse();
        assertThat(parse("[metrics]", "socket = true").metrics()).isEqualTo(new MetricsTable(Optional.empty(), true));
        assertThat(parse("[metrics]", "listen = \"127.0.0.1:9464\"").metrics().listen())
                .contains(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9_464));
        assertThat(parse("[metrics]", "listen = \"[::1]:0\"").metrics().isAsked())
                .isTrue();
        assertThat(parse("[metrics]", "listen = \"localhost:1\"").metrics().isAsked())
                .isTrue();
        for (String elsewhere : List.of("0.0.0.0:1", "192.0.2.1:1", "[::]:1", "example.org:1")) {
            assertFault("qair.toml:2: ", "[metrics]", "listen = \"" + elsewhere + "\"");
            assertFault("is to be a loopback address such as", "[metrics]", "listen = \"" + elsewhere + "\"");
        }
        assertFault("is no address", "[metrics]", "listen = \"127.0.0.1\"");
        assertFault("unknown key `sockets`", "[metrics]", "sockets = true");
    }

    @Test
    void readsWhereAgentsAreAndHowLongTheyAreWaitedFor() throws Exception {
        assertThat(parse("").agents())
                .isEqualTo(new AgentsTable(java.util.Optional.empty(), Duration.ofSeconds(60), List.of()));
        assertThat(parse("[agents]", "vchan-directory = \"/run/v\"", "startup-seconds = 0")
                        .agents())
                .isEqualTo(new AgentsTable(java.util.Optional.of(Path.of("/run/v")), Duration.ZERO, List.of()));
        assertFault("qair.toml:2: `v` is to be an absolute path", "[agents]", "vchan-directory = \"v\"");
        assertFault("unknown key `startup-second`", "[agents]", "startup-second = 1");
        assertFault("`startup-seconds` is to be from 0", "[agents]", "startup-seconds = -1");
    }

    @Test
    void readsHowVirtualMachinesAreReached() throws Exception {
        assertThat(parse(
                                "[[agents.qube]]",
                                "name = \"kvm\"",
                                "vsock-cid = 4294967294",
                                "[[agents.qube]]",
                                "name = \"fire\"",
                                "vsock-socket = \"/run/fire/v.sock\"")
                        .agents()
                        .guests())
                .containsExactly(
                        new GuestTable(new QubeName("kvm"), new GuestTable.Cid(-2), "qair.toml:2"),
                        new GuestTable(
                                new QubeName("fire"),
                                new GuestTable.Monitor(Path.of("/run/fire/v.sock")),
                                "qair.toml:5"));
        String[] name = {"[[agents.qube]]", "name = \"q\""};
        assertFault("qair.toml:2: a virtual machine is reached by `vsock-cid` or by `vsock-socket`", name);
        assertFault("`vsock-cid` is to be from 3", name[0], name[1], "vsock-cid = 2");
        assertFault("`v` is to be an absolute path", name[0], name[1], "vsock-socket = \"v\"");
        assertFault("one of the two", name[0], name[1], "vsock-cid = 3", "vsock-socket = \"/v\"");
        assertFault("unknown key `vsock-sid`", name[0], name[1], "vsock-cid = 3", "vsock-sid = 3");
        assertFault("qair.toml:2", name[0], "name = \"-\"", "vsock-cid = 3");
        assertFault(
                "qair.toml:5: `q` in qair.toml:2 is the same qube or machine",
                name[0],
                name[1],
                "vsock-cid = 3",
                name[0],
                "name = \"other\"",
                "vsock-cid = 3");
    }

    @Test
    void readsHowAnAgentMeetsItsHost() throws Exception {
        AgentTable agent = parse("[agent]", "vchan = \"vsock\"", "host-cid = 1").agent();
        assertThat(agent.vchan()).contains("vsock");
        assertThat(agent.hostCid()).contains(1);
        assertThat(parse("").agent().vchan()).isEmpty();
        assertFault("`vchan` is to be one of `sockets`, `vsock`", "[agent]", "vchan = \"xen\"");
        assertFault("`host-cid` is to be from 1", "[agent]", "host-cid = 0");
    }

    @Test
    void readsHowPeopleAreAsked() throws Exception {
        assertThat(parse("").prompts()).isEqualTo(PromptSettings.DEFAULT);
        PromptSettings read = parse(
                        "[prompts]",
                        "order = [\"desktop\", \"gui\"]",
                        "timeout-seconds = 60",
                        "unattended-seconds = 0",
                        "users = [\"alice\"]")
                .prompts();
        assertThat(read.order()).containsExactly(Asking.DESKTOP, Asking.GUI);
        assertThat(read.timeout()).isEqualTo(Duration.ofMinutes(1));
        assertThat(read.unattended()).isZero();
        assertThat(read.users()).containsExactly("alice");
        assertFault("qair.toml:2: `phone` is none of", "[prompts]", "order = [\"phone\"]");
        assertFault("`gui` stands twice", "[prompts]", "order = [\"gui\", \"gui\"]");
        assertFault("unknown key `timeout`", "[prompts]", "timeout = 1");
    }

    @Test
    void readsLimitsOfCalls() throws Exception {
        Limit limit = parse(
                        "[[limit]]",
                        "calls = \"svc * @anyvm pi\"",
                        "seconds = 60",
                        "bytes-in = 10",
                        "bytes-out = 20",
                        "direction = \"in\"",
                        "per-minute = 30",
                        "at-once = 4")
                .limits()
                .getFirst();
        assertThat(limit.calls()).hasToString("svc * @anyvm pi");
        assertThat(limit.time()).contains(Duration.ofMinutes(1));
        assertThat(limit.bytesIn()).contains(10L);
        assertThat(limit.bytesOut()).contains(20L);
        assertThat(limit.direction()).isEqualTo(Direction.IN);
        assertThat(limit.perMinute()).contains(30);
        assertThat(limit.atOnce()).contains(4);
        assertFault("`calls` is missing", "[[limit]]", "seconds = 1");
        assertFault("qair.toml:2: `svc` is not the four columns of a rule", "[[limit]]", "calls = \"svc\"");
        assertFault("unknown key `second`", "[[limit]]", "calls = \"* * * *\"", "second = 1");
    }

    @Test
    void readsEverySetting() throws Exception {
        HostSettings settings = parse(
                "on-broken-policy = \"keep-last-good\"",
                "[host]",
                "grace-seconds = 7",
                "[endpoint]",
                "listen = \"[::1]:2222\"",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"ssh-ed25519 AAAA\"",
                "[[peer]]",
                "name = \"pi\"",
                "address = \"192.0.2.7:2222\"",
                "user = \"pi\"",
                "host-key = [\"ssh-ed25519 AAAA\", \"ssh-rsa BBBB\"]",
                "key = \"keys/pi\"",
                "[[peer]]",
                "name = \"cloud\"",
                "address = \"cloud.example\"",
                "host-key = \"ssh-ed25519 CCCC\"");
        assertThat(settings.grace()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.onBrokenPolicy()).isEqualTo(OnBrokenPolicy.KEEP_LAST_GOOD);
        EndpointTable endpoint = settings.endpoint().orElseThrow();
        assertThat(endpoint.host()).isEqualTo("::1");
        assertThat(endpoint.port()).isEqualTo(2222);
        assertThat(endpoint.relays())
                .containsExactly(new EndpointTable.RelayTable(
                        new QubeName("Remote-Relay"),
                        java.util.List.of("ssh-ed25519 AAAA"),
                        false,
                        RelayUse.USUAL,
                        "qair.toml:8"));
        assertThat(server(settings.peers().get(0)).hostKeys()).containsExactly("ssh-ed25519 AAAA", "ssh-rsa BBBB");
        assertThat(server(settings.peers().get(0)).key()).hasValue(Path.of("keys/pi"));
        assertThat(server(settings.peers().get(1)).port()).isEqualTo(22);
        assertThat(server(settings.peers().get(1)).user()).isEqualTo("qair");
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertFault("qair.toml:1: unknown key `endpont`: did you mean `endpoint`?", "[endpont]");
        assertFault("qair.toml:2: unknown key `lisen`: did you mean `listen`?", "[endpoint]", "lisen = \"x:1\"");
        assertFault("unknown key `zzzzzzzz`: there is `on-broken-policy`, `audit`, ", "zzzzzzzz = 1");
    }

    @Test
    void aWrongTypeIsNamedWithItsPlace() {
        assertFault("qair.toml:2: `grace-seconds` is to be a whole number", "[host]", "grace-seconds = \"5\"");
        assertFault("qair.toml:2: `grace-seconds` is to be from 0 to 3600", "[host]", "grace-seconds = -1");
        assertFault("qair.toml:1: `on-broken-policy` is to be one of", "on-broken-policy = \"allow\"");
        assertFault("`peer` is to be an array of tables", "peer = [1]");
        assertFault("is to be a table", "host = 3");
    }

    @Test
    void addressesNeedAPort() {
        for (String listen :
                List.of("", ":22", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:22", "[::1]", "h:-1")) {
            assertFault("is no address", "[endpoint]", "listen = \"" + listen + "\"");
        }
    }

    @Test
    void readsEveryLimitOfTheEndpoint() throws Exception {
        EndpointTable endpoint = parse(
                        "[endpoint]",
                        "listen = \"h:1\"",
                        "max-connections-per-second = 1",
                        "max-connections-per-second-per-address = 2",
                        "max-unauthenticated = 3",
                        "max-unauthenticated-per-address = 4",
                        "authentication-seconds = 5",
                        "max-authentication-tries = 6",
                        "keep-alive-seconds = 7",
                        "buffer-bytes = 8000000",
                        "max-calls = 9",
                        "max-call-bytes = 10",
                        "[[endpoint.relay]]",
                        "name = \"a\"",
                        "key = \"k\"",
                        "max-connections = 11",
                        "max-calls = 12",
                        "max-calls-per-second = 13",
                        "max-call-seconds = 14")
                .endpoint()
                .orElseThrow();
        assertThat(endpoint.limits())
                .isEqualTo(new EndpointLimits(1, 2, 3, 4, Duration.ofSeconds(5), 6, Duration.ofSeconds(7), 8_000_000));
        RelayUse use = endpoint.relays().getFirst().use().or(endpoint.ofEach());
        assertThat(use)
                .isEqualTo(new RelayUse(
                        Optional.of(11),
                        Optional.of(12),
                        Optional.of(13),
                        Optional.of(10L),
                        Optional.of(Duration.ofSeconds(14))));
        assertThat(use.limits()).isEqualTo(new RelayLimits(11, 12, Optional.of(13)));
        assertThat(endpoint.ofEach().limits()).isEqualTo(new RelayLimits(32, 9, Optional.empty()));
        assertFault(
                "`max-unauthenticated` is to be from 1", "[endpoint]", "listen = \"h:1\"", "max-unauthenticated = 0");
        assertFault("did you mean `max-calls`?", "[endpoint]", "listen = \"h:1\"", "max-call = 1");
    }

    @Test
    void aPeerNeedsItsHostKey() {
        assertFault("needs the `host-key`", "[[peer]]", "name = \"pi\"", "address = \"h\"");
        assertFault("`address` is missing", "[[peer]]", "name = \"pi\"", "host-key = \"k\"");
    }

    @Test
    void peersHaveNamesOfTheirOwn() {
        String[] twice = {
            "[[peer]]", "name = \"pi\"", "address = \"a\"", "host-key = \"k\"",
            "[[peer]]", "name = \"pi\"", "address = \"b\"", "host-key = \"k\""
        };
        assertFault("qair.toml:6: there is another peer `pi`", twice);
    }

    @Test
    void aPeerMayCallBackAndIsThenConnectedToAtOnce() throws Exception {
        String[] peer = {"[[peer]]", "name = \"pi\"", "address = \"h\"", "host-key = \"k\""};
        PeerTable plain = parse(peer).peers().getFirst();
        assertThat(plain.reverse()).isFalse();
        assertThat(plain.eager()).isFalse();
        String[] back = java.util.Arrays.copyOf(peer, 5);
        back[4] = "reverse = true";
        PeerTable reverse = parse(back).peers().getFirst();
        assertThat(reverse.reverse()).isTrue();
        assertThat(reverse.eager()).isTrue();
        back[4] = "reverse = 1";
        assertFault("qair.toml:5: `reverse` is to be `true` or `false`", back);
    }

    @Test
    void aPeerThatMayCallBackHasASocketThere() throws Exception {
        String[] peer = {
            "[[peer]]",
            "name = \"pi\"",
            "address = \"h\"",
            "host-key = \"k\"",
            "reverse = true",
            "reverse-socket = \"s\""
        };
        assertThat(parse(java.util.Arrays.copyOf(peer, 5)).peers().getFirst().reverseSocket())
                .isEqualTo(".qair/calls");
        assertThat(parse(peer).peers().getFirst().reverseSocket()).isEqualTo("s");
        for (String wrong : java.util.List.of("", "a/", "a\\n", "~/a", "a".repeat(108))) {
            peer[5] = "reverse-socket = \"" + wrong + "\"";
            assertFault("is no path for a socket", peer);
        }
        peer[4] = "reverse = false";
        peer[5] = "reverse-socket = \"s\"";
        assertFault("qair.toml:6: `reverse-socket` is for a peer with `reverse = true`", peer);
    }

    @Test
    void readsWhatARelayQubeNeeds() throws Exception {
        assertThat(parse("").relay()).isEqualTo(RelayQubeTable.USUAL);
        assertThat(RelayQubeTable.USUAL.users()).containsExactly("user");
        RelayQubeTable relay = parse(
                        "[relay]",
                        "default-peer = \"far\"",
                        "users = []",
                        "qubesdb = \"/run/db\"",
                        "client = [\"/bin/c\", \"-x\"]")
                .relay();
        assertThat(relay)
                .isEqualTo(new RelayQubeTable(
                        java.util.Optional.of("far"),
                        java.util.Set.of(),
                        java.util.Optional.of(Path.of("/run/db")),
                        java.util.List.of("/bin/c", "-x")));
        assertFault("unknown key `qubesd`", "[relay]", "qubesd = \"/run/db\"");
    }

    @Test
    void aRelayMayBeCalledThroughItsConnection() throws Exception {
        HostSettings settings = parse(
                "[endpoint]",
                "listen = \"h:1\"",
                "[[endpoint.relay]]",
                "name = \"r\"",
                "key = \"k\"",
                "reverse = true");
        assertThat(settings.endpoint().orElseThrow().relays().getFirst().reverse())
                .isTrue();
    }

    @Test
    void tellsAllFaultsAtOnce() {
        assertThatThrownBy(() -> parse("[host]", "a = 1", "[endpoint]", "b = 2"))
                .hasMessageContaining("qair.toml:2")
                .hasMessageContaining("qair.toml:4");
    }

    @Test
    void aRelayIsAQube() {
        assertFault(
                "does not start with a letter",
                "[endpoint]",
                "listen = \"h:1\"",
                "[[endpoint.relay]]",
                "name = \"-x\"",
                "key = \"k\"");
    }

    @Property(tries = 500)
    void anyTextIsReadOrRefusedWithItsPlace(@ForAll String text) {
        try {
            HostSettings.parse("qair.toml", text);
        } catch (SettingsException refused) {
            assertThat(refused.getMessage()).startsWith("qair.toml:");
        }
    }
}
