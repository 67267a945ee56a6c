package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.UncheckedCall;
import org.qair.host.audit.AuditLog;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.limits.Limits;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.proof.HostSigner;
import org.qair.registry.Registry;
import org.qair.relay.keys.SshKeys;

/** Two hosts' switchboards with a relay between them that does what it likes to what it carries. */
@Timeout(60)
class ProofsTest {
    @TempDir
    Path directory;

    private Side near;
    private Side far;
    /** What the relay has in its hands: the call for the far host, as the near one sent it. */
    private final AtomicReference<UncheckedCall> carried = new AtomicReference<>();

    private int relay(Call call, Streams streams) throws CallException, InterruptedException {
        String[] words = call.service().argument().orElseThrow().split("\\+", 2);
        assertThat(words[0]).isEqualTo("Remote");
        UncheckedCall forwarded = new UncheckedCall(
                new QubeName("relay"),
                Optional.of(call.source().value()),
                "work",
                words[1],
                "ssh",
                call.context().next());
        carried.set(forwarded);
        return forward(forwarded, streams);
    }

    private int forward(UncheckedCall call, Streams streams) throws CallException, InterruptedException {
        try {
            return far.switchboard.admit(call).run(streams);
        } catch (CallException refused) {
            return refused.exitCode();
        }
    }

    /** One host. */
    private final class Side {
        final String name;
        final HostSigner signer = new HostSigner(SshKeys.generate());
        final AtomicReference<Service> service = new AtomicReference<>();
        final Registry registry;
        final AuditLog audit;
        final HostSwitchboard switchboard;

        Side(String name, String rule) throws Exception {
            this.name = name;
            Path root = Files.createDirectories(directory.resolve(name));
            registry = Registry.open(root.resolve("registry.db"));
            audit = AuditLog.open(root.resolve("audit.db"));
            HostLayout layout = new HostLayout(root);
            Files.createDirectories(layout.policy());
            Files.writeString(layout.policy().resolve("30.policy"), rule + "\n");
            LivePolicy policy = new LivePolicy(
                    OnBrokenPolicy.DENY, () -> registry.snapshot().systemInfo());
            policy.read(PolicyDirectory.of(layout), List::of);
            switchboard = new HostSwitchboard(
                    () -> registry.snapshot().systemInfo(),
                    policy,
                    (call, streams) -> service.get().run(call, streams),
                    new CallJournal(audit, false),
                    Nobody.people(policy),
                    Nobody.notices(),
                    new Proofs(registry::snapshot, signer, Clock.systemUTC()),
                    new UnknownCallers(registry::snapshot),
                    Limits.NONE,
                    new RunningCalls(),
                    Clock.systemUTC());
        }

        String key() {
            return SshKeys.publicLine(signer.key().publicKey(), name);
        }

        void create(QubeType type, String qube) throws Exception {
            registry.change(draft -> draft.create(type, new QubeName(qube), "red"));
        }

        void set(String qube, String property, String value) throws Exception {
            registry.change(draft -> draft.setProperty(new QubeName(qube), property, value));
        }

        AuditRecord kept() {
            try (AuditReader reader = AuditReader.open(directory.resolve(name).resolve("audit.db"))) {
                return reader.last(1).getFirst();
            }
        }

        void close() {
            audit.close();
            registry.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        near = new Side("near", "* * @anyvm Remote allow");
        far = new Side("far", "* * @anyvm work allow");
        for (String qube : List.of("AppVM1", "AppVM2", "relay")) {
            near.create(QubeType.AppVM, qube);
        }
        near.create(QubeType.RemoteVM, "Remote");
        near.set("Remote", "relayvm", "relay");
        near.set("Remote", "transport_rpc", "qubesair.SSHProxy");
        near.set("Remote", "remote_name", "work");
        near.set("Remote", "host_key", far.key());
        near.service.set(this::relay);
        far.create(QubeType.AppVM, "work");
        far.create(QubeType.AppVM, "relay");
        for (String qube : List.of("AppVM1", "AppVM2")) {
            far.create(QubeType.RemoteVM, qube);
            far.set(qube, "relayvm", "relay");
            far.set(qube, "host_key", near.key());
            far.set(qube, "proof", "required");
        }
        far.service.set((call, streams) -> {
            try {
                streams.stdin().transferTo(streams.stdout());
            } catch (java.io.IOException broken) {
                throw new CallException.Failed("the input broke", broken);
            }
            return 7;
        });
    }

    @AfterEach
    void close() {
        near.close();
        far.close();
    }

    private static Streams streams(String input, OutputStream output) {
        return new PlainStreams(
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                output,
                OutputStream.nullOutputStream());
    }

    private int call(String source, OutputStream output) throws Exception {
        return near.switchboard
                .admit(new UncheckedCall(new QubeName(source), Optional.empty(), "Remote", "svc+arg", "trigger"))
                .run(streams("hello", output));
    }

    private int forward(UncheckedCall call) throws Exception {
        return forward(call, streams("", OutputStream.nullOutputStream()));
    }

    private static UncheckedCall with(
            UncheckedCall call, String source, String target, String service, Optional<String> statement) {
        CallContext context = call.context().with(statement);
        return new UncheckedCall(call.caller(), Optional.of(source), target, service, "ssh", context);
    }

    private static UncheckedCall with(UncheckedCall call, String source, String target, String service) {
        return with(call, source, target, service, call.context().statement());
    }

    @Test
    void aCallThatItsHostHasSignedIsVerifiedAndHasOneIdOnBothHosts() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        assertThat(call("AppVM1", output)).isEqualTo(7);
        assertThat(output).hasToString("hello");
        assertThat(far.kept().evidence().proof()).contains("verified");
        assertThat(far.kept().source()).isEqualTo("AppVM1");
        assertThat(far.kept().id()).isEqualTo(near.kept().id());
    }

    /** docs/identity.md: the documented limit of the design, that a relay can exchange identities among the qubes behind it. */
    @Test
    void aRelayThatSwapsWhatItCarriesIsRefused() throws Exception {
        near.service.set((call, streams) -> {
            UncheckedCall honest = new UncheckedCall(
                    new QubeName("relay"),
                    Optional.of("AppVM1"),
                    "work",
                    "svc+arg",
                    "ssh",
                    call.context().next());
            carried.set(honest);
            return 0;
        });
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isZero();
        UncheckedCall honest = carried.get();
        assertThat(forward(with(honest, "AppVM2", "work", "svc+arg"))).isEqualTo(126);
        assertThat(far.kept().reason())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("its source is `AppVM1`, the relay named `AppVM2`"));
        assertThat(forward(with(honest, "AppVM1", "relay", "svc+arg"))).isEqualTo(126);
        assertThat(forward(with(honest, "AppVM1", "work", "svc+other"))).isEqualTo(126);
        assertThat(forward(with(honest, "AppVM1", "work", "other+arg"))).isEqualTo(126);
        assertThat(forward(with(honest, "AppVM1", "work", "svc+arg", Optional.empty())))
                .as("downgrade")
                .isEqualTo(126);
        assertThat(far.kept().reason())
                .hasValueSatisfying(
                        reason -> assertThat(reason).contains("no statement of its host came with this one"));
        assertThat(forward(with(honest, "AppVM1", "work", "svc+arg", Optional.of("?"))))
                .as("garbled")
                .isEqualTo(126);
        assertThat(forward(honest)).as("the true one").isEqualTo(7);
        assertThat(forward(honest)).as("replay").isEqualTo(126);
        assertThat(far.kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("it was used before"));
        assertThat(far.kept().id())
                .as("an id is kept once")
                .isNotEqualTo(near.kept().id());
    }

    @Test
    void whatIsPreferredIsTakenOnTheRelaysWordUnlessItIsWrong() throws Exception {
        far.set("AppVM1", "proof", "preferred");
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isEqualTo(7);
        UncheckedCall used = carried.get();
        assertThat(forward(with(used, "AppVM1", "work", "svc+arg", Optional.empty())))
                .isEqualTo(7);
        assertThat(far.kept().evidence().proof()).contains("relay");
        assertThat(forward(used)).as("a wrong one is refused all the same").isEqualTo(126);
        far.set("AppVM1", "proof", "off");
        assertThat(forward(used)).isEqualTo(7);
        assertThat(far.kept().evidence().proof()).contains("relay");
    }

    @Test
    void aKeyThatIsNotPinnedProvesNothing() throws Exception {
        far.set("AppVM1", "host_key", far.key());
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isEqualTo(126);
        far.set("AppVM1", "host_key", far.key() + ", " + near.key());
        assertThat(call("AppVM1", OutputStream.nullOutputStream()))
                .as("while a key changes")
                .isEqualTo(7);
        far.registry.change(draft -> draft.resetProperty(new QubeName("AppVM1"), "host_key"));
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isEqualTo(126);
        assertThat(far.kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("no host_key is set"));
    }

    @Test
    void theRelayCarriesWhatItCannotRead() throws Exception {
        near.set("Remote", "protect", "required");
        far.set("AppVM1", "protect", "required");
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        near.service.set((call, streams) -> {
            OutputStream tapped = new java.io.FilterOutputStream(streams.stdout()) {
                @Override
                public void write(byte[] bytes, int offset, int length) throws java.io.IOException {
                    seen.write(bytes, offset, length);
                    out.write(bytes, offset, length);
                }
            };
            return relay(call, new PlainStreams(streams.stdin(), tapped, streams.stderr()));
        });
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        assertThat(call("AppVM1", output)).isEqualTo(7);
        assertThat(output).hasToString("hello");
        assertThat(seen.toString(StandardCharsets.ISO_8859_1)).doesNotContain("hello");
        assertThat(seen.size()).isPositive();
    }

    @Test
    void aRelayThatCutsAProtectedCallOffIsSeen() throws Exception {
        near.set("Remote", "protect", "required");
        near.service.set((call, streams) -> 0);
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isEqualTo(125);
        assertThat(near.kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("ended before the service's exit code"));
    }

    @Test
    void aCallThatMustBeProtectedAndIsNotIsRefused() throws Exception {
        far.set("AppVM1", "protect", "required");
        assertThat(call("AppVM1", OutputStream.nullOutputStream())).isEqualTo(126);
        assertThat(far.kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("must be protected (protect=required)"));
    }

    @Test
    void aSourceThatNobodyKnowsIsRefusedOrStandsForAnother() throws Exception {
        near.create(QubeType.AppVM, "Stranger");
        assertThat(call("Stranger", OutputStream.nullOutputStream())).isEqualTo(126);
        far.create(QubeType.RemoteVM, "relay-unknown");
        far.set("relay-unknown", "relayvm", "relay");
        far.set("relay", "unknown_source", "relay-unknown");
        assertThat(call("Stranger", OutputStream.nullOutputStream())).isEqualTo(7);
        assertThat(far.kept().source()).isEqualTo("relay-unknown");
        assertThat(far.kept().evidence().claimedSource()).contains("Stranger");
        far.create(QubeType.RemoteVM, "Elsewhere");
        far.create(QubeType.AppVM, "other-relay");
        far.set("Elsewhere", "relayvm", "other-relay");
        near.create(QubeType.AppVM, "Elsewhere");
        assertThat(call("Elsewhere", OutputStream.nullOutputStream()))
                .as("a name that somebody has is not unknown")
                .isEqualTo(126);
    }

    @Test
    void propertiesTakeWhatTheySay() {
        assertThatThrownBy(() -> far.set("AppVM1", "proof", "maybe"))
                .hasMessageContaining("required, preferred or off");
        assertThatThrownBy(() -> far.set("AppVM1", "protect", "yes")).hasMessageContaining("required or off");
        assertThatThrownBy(() -> far.set("AppVM1", "host_key", "ssh-rsa AAAA")).hasMessageContaining("qair key show");
        assertThatThrownBy(() -> far.set("relay", "unknown_source", "work")).hasMessageContaining("can't be that");
    }
}
