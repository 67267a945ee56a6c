package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Carrier;
import org.qair.call.ExitCodes;
import org.qair.call.PlainStreams;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.channel.unix.SocketFile;
import org.qair.host.audit.AuditLog;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.host.limits.CallPattern;
import org.qair.host.limits.Direction;
import org.qair.host.limits.Limit;
import org.qair.host.limits.Limits;
import org.qair.host.lines.LinesClient;
import org.qair.host.metrics.Meter;
import org.qair.host.prompts.Asking;
import org.qair.host.prompts.GuiAgent;
import org.qair.host.prompts.PromptSettings;
import org.qair.host.prompts.Prompts;
import org.qair.host.prompts.PromptsSocket;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.PolicyFiles;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import tools.jackson.databind.JsonNode;

/** The switchboard with a real registry, a real audit and a policy from text. */
@Timeout(60)
class HostSwitchboardTest {
    private static final QubeName VM1 = new QubeName("vm1");
    private static final QubeName RELAY = new QubeName("relay");

    @TempDir
    Path directory;

    private Registry registry;
    private AuditLog audit;
    private final RunningCalls running = new RunningCalls();
    private final AtomicReference<String> rules = new AtomicReference<>("* * @anyvm @anyvm allow\n");
    private final AtomicReference<Service> service = new AtomicReference<>((call, streams) -> 0);
    private final Prompts prompts = new Prompts(
            new PromptSettings(
                    List.of(Asking.TERMINAL), Duration.ofMinutes(1), Duration.ofMinutes(1), Duration.ZERO, List.of()),
            GuiAgent.NONE,
            Clock.systemUTC());
    private final AtomicReference<Limits> limits = new AtomicReference<>(Limits.NONE);
    private Thread asking = Thread.currentThread();
    private LivePolicy policy;
    private HostSwitchboard switchboard;

    @BeforeEach
    void make() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            for (QubeName name : List.of(VM1, RELAY, new QubeName("work"))) {
                draft.create(QubeType.AppVM, name, "red");
            }
            QubeName far = new QubeName("far");
            draft.create(QubeType.RemoteVM, far, "red");
            draft.setProperty(far, "relayvm", "relay");
            draft.setProperty(far, "transport_rpc", "qubesair.SSHProxy");
        });
        audit = AuditLog.open(directory.resolve("audit.db"));
        policy = new LivePolicy(OnBrokenPolicy.DENY, () -> registry.snapshot().systemInfo());
        policy.read(files(), List::of);
        Clock clock = Clock.fixed(Instant.ofEpochSecond(1_000), ZoneOffset.UTC);
        switchboard = switchboard(false, clock);
        registry.respect(switchboard.heldNames());
    }

    private HostSwitchboard switchboard(boolean auditRequired, Clock clock) {
        return new HostSwitchboard(
                () -> registry.snapshot().systemInfo(),
                policy,
                (call, streams) -> service.get().run(call, streams),
                new CallJournal(audit, auditRequired),
                new People(prompts, policy::inForce, Meter.NONE),
                Nobody.notices(),
                Nobody.proofs(registry),
                new UnknownCallers(registry::snapshot),
                limits.get(),
                running,
                clock);
    }

    /** Answers the next prompt as a person would, when it is there. */
    private void answer(Map<String, Object> answer) throws Exception {
        answer(answer, () -> {});
    }

    /** @param meanwhile what happens while the prompt is shown */
    private void answer(Map<String, Object> answer, Runnable meanwhile) throws Exception {
        try (PromptsSocket socket = PromptsSocket.open(directory.resolve("prompts.sock"), prompts, List.of());
                LinesClient client = LinesClient.connect(directory.resolve("prompts.sock"), "")) {
            assertThat(socket).isNotNull();
            client.send("watch", Map.of("way", "terminal"));
            JsonNode line = client.receive().orElseThrow();
            while (!line.has("shown")) {
                line = client.receive().orElseThrow();
            }
            meanwhile.run();
            Map<String, Object> whole = new HashMap<>(answer);
            whole.put("prompt", line.get("shown").get("prompt").asInt());
            client.send("answer", whole);
            while (!line.has("done") || !line.get("done").asString().equals("answer")) {
                line = client.receive().orElseThrow();
                assertThat(line.has("error")).as(line.toString()).isFalse();
            }
        }
    }

    private CompletableFuture<AdmittedCall> admitting(String target) {
        CompletableFuture<AdmittedCall> admitted = new CompletableFuture<>();
        asking = Thread.ofVirtual().start(() -> {
            try {
                admitted.complete(switchboard.admit(call(target, "svc")));
            } catch (CallException | InterruptedException | RuntimeException failed) {
                admitted.completeExceptionally(failed);
            }
        });
        return admitted;
    }

    @Test
    void aPersonsYesIsAnAllowAndInTheAudit() throws Exception {
        rules.set("* * vm1 @anyvm ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> call = admitting("work");
        answer(Map.of("allow", "relay"));
        assertThat(call.get().run(streams("", new ByteArrayOutputStream()))).isZero();
        assertThat(kept().decision()).isEqualTo("ask");
        assertThat(kept().target()).contains("relay");
        assertThat(kept().evidence().prompt())
                .hasValueSatisfying(
                        answer -> assertThat(answer).startsWith("allow, by ").endsWith(" at a terminal"));
    }

    @Test
    void aPersonsYesToARemoteVmIsRelayedToWhatWasChosen() throws Exception {
        rules.set("* * vm1 @default ask target=far\n");
        policy.read(files(), List::of);
        AtomicReference<Call> relayed = new AtomicReference<>();
        service.set((made, streams) -> {
            relayed.set(made);
            return 0;
        });
        CompletableFuture<AdmittedCall> call = admitting("@default");
        answer(Map.of("allow", "far"));
        assertThat(call.get().run(streams("", new ByteArrayOutputStream()))).isZero();
        assertThat(relayed.get().service().toString()).isEqualTo("qubesair.SSHProxy+far+svc");
        assertThat(relayed.get().target()).isEqualTo(RELAY);
    }

    @Test
    void aNameThatIsAskedAboutGoesToNoOtherQube() throws Exception {
        rules.set("* * vm1 @anyvm ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> call = admitting("work");
        QubeName work = new QubeName("work");
        answer(
                Map.of("allow", "work"),
                () -> assertThatThrownBy(() -> {
                            registry.change(draft -> draft.rename(work, new QubeName("older")));
                            registry.change(draft -> draft.create(QubeType.AppVM, work, "red"));
                        })
                        .hasMessageContaining("the name `work` can't be given to another qube yet"));
        assertThatThrownBy(call::get).hasMessageContaining("`work` is no longer among the targets to choose from");
        registry.change(draft -> draft.create(QubeType.AppVM, work, "red"));
    }

    @Test
    void aRemoteVmsCallIsAskedAboutToo() throws Exception {
        rules.set("* * far work ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> admitted = new CompletableFuture<>();
        asking = Thread.ofVirtual().start(() -> {
            try {
                admitted.complete(
                        switchboard.admit(new UncheckedCall(RELAY, Optional.of("far"), "work", "svc", "ssh")));
            } catch (CallException | InterruptedException | RuntimeException failed) {
                admitted.completeExceptionally(failed);
            }
        });
        answer(Map.of("allow", "work"));
        admitted.get().abandon("seen");
        assertThat(kept().source()).isEqualTo("far");
        assertThat(kept().via()).contains("relay");
    }

    private void limit(Optional<Duration> time, Optional<Long> bytesOut, Optional<Integer> atOnce) {
        limits.set(new Limits(
                List.of(new Limit(
                        CallPattern.parse("svc * vm1 work"),
                        time,
                        Optional.empty(),
                        bytesOut,
                        Direction.BOTH,
                        Optional.empty(),
                        atOnce)),
                Clock.systemUTC()));
        switchboard = switchboard(false, Clock.systemUTC());
    }

    @Test
    void aCallThatBreaksALimitEndsWithItsReason() throws Exception {
        limit(Optional.empty(), Optional.of(3L), Optional.empty());
        service.set((call, streams) -> {
            try {
                streams.stdout().write(new byte[] {1, 2, 3});
                streams.stdout().write(4);
            } catch (java.io.IOException over) {
                return 0; // a service that takes no notice
            }
            return 0;
        });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(switchboard.admit(call("work", "svc")).run(streams("", out))).isEqualTo(125);
        assertThat(out.toByteArray()).containsExactly(1, 2, 3);
        assertThat(kept().reason()).contains("over the limit of `svc * vm1 work`: more than 3 bytes out");
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void aCallThatRunsTooLongIsEnded() throws Exception {
        limit(Optional.of(Duration.ofMillis(20)), Optional.empty(), Optional.empty());
        service.set((call, streams) -> {
            Thread.sleep(Duration.ofMinutes(5));
            return 0;
        });
        assertThat(switchboard.admit(call("work", "svc")).run(streams("", new ByteArrayOutputStream())))
                .isEqualTo(125);
        assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("it ran for"));
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    void oneCallTooManyIsRefusedUntilAnotherEnds() throws Exception {
        limit(Optional.empty(), Optional.empty(), Optional.of(1));
        AdmittedCall first = switchboard.admit(call("work", "svc"));
        assertThatThrownBy(() -> switchboard.admit(call("work", "svc"))).isInstanceOf(CallException.Refused.class);
        assertThat(kept().reason())
                .hasValueSatisfying(reason -> assertThat(reason).contains("1 calls of `vm1` run"));
        assertThat(switchboard.admit(call("relay", "svc"))).as("another target").isNotNull();
        first.abandon("seen");
        assertThat(switchboard.admit(call("work", "svc")).run(streams("", new ByteArrayOutputStream())))
                .isZero();
        assertThat(switchboard.admit(call("work", "svc"))).isNotNull();
    }

    @Test
    void theHostsOwnerSeesAndEndsACall() throws Exception {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        CountDownLatch runs = new CountDownLatch(1);
        service.set((call, streams) -> {
            runs.countDown();
            Thread.sleep(Duration.ofMinutes(5));
            return 0;
        });
        AdmittedCall call = switchboard.admit(call("work", "svc+arg"));
        asking = Thread.ofVirtual().start(() -> {
            try {
                code.complete(call.run(streams("", new ByteArrayOutputStream())));
            } catch (InterruptedException never) {
                code.completeExceptionally(never);
            }
        });
        runs.await();
        Path path = directory.resolve("calls.sock");
        try (CallsSocket socket = CallsSocket.open(SocketFile.ownerOnly(path), running);
                LinesClient client = LinesClient.connect(path, "")) {
            assertThat(socket).isNotNull();
            JsonNode listed = client.ask("list", Map.of()).get("calls").get(0);
            assertThat(listed.get("source").asString()).isEqualTo("vm1");
            assertThat(listed.get("service").asString()).isEqualTo("svc+arg");
            assertThat(listed.get("bytes_in").asInt()).isZero();
            assertThatThrownBy(() -> client.ask("end", Map.of("call", "abc"))).hasMessageContaining("too short");
            String id = listed.get("call").asString();
            assertThat(client.ask("end", Map.of("call", id.substring(0, 8))).has("done"))
                    .isTrue();
            assertThat(code.get()).isEqualTo(125);
            assertThatThrownBy(() -> client.ask("end", Map.of("call", id))).hasMessageContaining("it has ended");
            assertThat(client.ask("list", Map.of()).get("calls").isEmpty()).isTrue();
        }
        assertThat(kept().reason()).contains("ended by the host's owner");
    }

    @Test
    void aPersonsNoIsARefusal() throws Exception {
        rules.set("* * vm1 @anyvm ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> call = admitting("work");
        answer(Map.of("deny", true));
        assertThatThrownBy(call::get).hasCauseInstanceOf(CallException.Refused.class);
        assertThat(kept().decision()).isEqualTo("ask");
        assertThat(kept().evidence().prompt())
                .hasValueSatisfying(answer -> assertThat(answer).startsWith("deny, by "));
    }

    @Test
    void anAnswerIsHeldAgainstThePolicyOfItsMoment() throws Exception {
        rules.set("* * vm1 @anyvm ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> call = admitting("work");
        answer(Map.of("allow", "work"), () -> {
            rules.set("* * vm1 @anyvm deny\n");
            policy.read(files(), List::of);
        });
        assertThatThrownBy(call::get).hasRootCauseInstanceOf(CallException.Refused.class);
    }

    @Test
    void aCallThatIsWithdrawnWhileSomebodyIsAskedIsInTheAudit() throws Exception {
        rules.set("* * vm1 @anyvm ask\n");
        policy.read(files(), List::of);
        CompletableFuture<AdmittedCall> call = admitting("work");
        while (prompts.waiting().isEmpty()) {
            Thread.onSpinWait();
        }
        asking.interrupt();
        assertThatThrownBy(call::get).hasCauseInstanceOf(InterruptedException.class);
        assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(kept().decision()).isEqualTo("ask");
    }

    @Test
    void anAuditThatCannotBeWrittenStopsACallOnlyWhereItIsRequired() throws Exception {
        audit.close();
        AdmittedCall goesOn = switchboard.admit(call("work", "svc"));
        assertThat(goesOn.run(streams("", new ByteArrayOutputStream()))).isZero();
        HostSwitchboard strict = switchboard(true, Clock.systemUTC());
        AtomicBoolean ran = new AtomicBoolean();
        service.set((call, streams) -> {
            ran.set(true);
            return 0;
        });
        RunnableCall stopped = strict.admit(call("work", "svc"), Optional.empty());
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        Streams caller = new PlainStreams(InputStream.nullInputStream(), OutputStream.nullOutputStream(), told);
        assertThat(stopped.run(caller)).isEqualTo(ExitCodes.FAILED);
        assertThat(told.toString(StandardCharsets.US_ASCII)).isEqualTo("Request failed\n");
        assertThat(stopped.failure()).contains("the audit is required, and cannot be written");
        RunnableCall carried = strict.admit(call("work", "svc"), Optional.empty());
        assertThat(carried.carry(call -> Optional.of(new Carried(ran)))).isTrue();
        assertThat(carried.failure()).contains("the audit is required, and cannot be written");
        assertThat(ran).isFalse();
    }

    /** Runs once the decision is kept. */
    private record Carried(AtomicBoolean ran) implements Carrier.Carriage {
        @Override
        public Optional<Integer> run(Carrier.Admission admission) throws CallException.Failed {
            admission.keep();
            ran.set(true);
            return Optional.empty();
        }

        @Override
        public void leave() {
            throw new AssertionError("the host does not stop");
        }
    }

    @Test
    void keepsTheDecisionWhenItIsAskedToOrBeforeTheServiceRuns() throws Exception {
        AtomicReference<AuditRecord> begun = new AtomicReference<>();
        service.set((call, streams) -> {
            begun.set(kept());
            return 0;
        });
        AdmittedCall early = switchboard.admit(call("work", "svc+early"));
        early.keep();
        assertThat(kept().service()).isEqualTo("svc+early");
        assertThat(kept().end()).isEmpty();
        early.run(streams());
        AdmittedCall late = switchboard.admit(call("work", "svc+late"));
        late.run(streams());
        assertThat(begun.get().service()).isEqualTo("svc+late");
        assertThat(begun.get().end()).isEmpty();
        switchboard.admit(call("work", "svc+never")).abandon("nobody came");
        assertThat(kept().service()).isEqualTo("svc+never");
        assertThat(kept().reason()).contains("nobody came");
    }

    @AfterEach
    void close() {
        audit.close();
        registry.close();
    }

    private PolicyFiles files() {
        byte[] content = rules.get().getBytes(StandardCharsets.UTF_8);
        return new PolicyFiles() {
            @Override
            public List<PolicyFile> rootFiles() {
                return List.of(new PolicyFile("/p/30.policy", "30.policy", false, content));
            }

            @Override
            public Optional<PolicyFile> file(String path) {
                return Optional.empty();
            }

            @Override
            public Optional<List<PolicyFile>> directory(String path) {
                return Optional.empty();
            }
        };
    }

    private static UncheckedCall call(String target, String name) {
        return new UncheckedCall(VM1, Optional.empty(), target, name, "trigger");
    }

    private AuditRecord kept() {
        try (AuditReader reader = AuditReader.open(directory.resolve("audit.db"))) {
            return reader.last(1).getFirst();
        }
    }

    private static Streams streams(String stdin, ByteArrayOutputStream stdout) {
        return new PlainStreams(
                new java.io.ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)),
                stdout,
                OutputStream.nullOutputStream());
    }

    private static Streams streams() {
        return streams("", new ByteArrayOutputStream());
    }

    @Test
    void runsWhatPolicyAllowsAndKeepsItsEnd() throws Exception {
        service.set((call, streams) -> {
            copy(streams);
            return 7;
        });
        AdmittedCall admitted = switchboard.admit(call("work", "svc+arg"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(admitted.run(streams("hello", out))).isEqualTo(7);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
        AuditRecord record = kept();
        assertThat(record.id()).isEqualTo(admitted.id());
        assertThat(record.time()).isEqualTo(Instant.ofEpochSecond(1_000));
        assertThat(record.rule()).hasValue("/p/30.policy:1");
        AuditRecord.End end = record.end().orElseThrow();
        assertThat(end.outcome()).isEqualTo(Outcome.COMPLETED);
        assertThat(end.exitCode()).hasValue(7);
        assertThat(end.bytes()).hasValue(new AuditRecord.Bytes(5, 5, 0));
    }

    private static void copy(Streams streams) throws CallException {
        try {
            streams.stdin().transferTo(streams.stdout());
        } catch (java.io.IOException broken) {
            throw new CallException.Failed("copy", broken);
        }
    }

    @Test
    void aCallToARemoteVmRunsOnItsRelayWithTheSameSource() throws Exception {
        AtomicReference<Call> seen = new AtomicReference<>();
        service.set((call, streams) -> {
            seen.set(call);
            return 0;
        });
        switchboard.admit(call("far", "svc+")).run(streams());
        assertThat(seen.get().target()).isEqualTo(RELAY);
        assertThat(seen.get().source()).isEqualTo(VM1);
        assertThat(seen.get().service()).hasToString("qubesair.SSHProxy+far+svc+");
        assertThat(kept().target()).hasValue("far");
        assertThat(kept().relay()).hasValue("relay");
    }

    @Test
    void aRelaySpeaksForAQubeBehindItAndForNoOther() throws Exception {
        AtomicReference<Call> seen = new AtomicReference<>();
        service.set((call, streams) -> {
            seen.set(call);
            return 0;
        });
        switchboard
                .admit(new UncheckedCall(RELAY, Optional.of("far"), "work", "svc", "ssh"))
                .run(streams());
        assertThat(seen.get().source()).isEqualTo(new QubeName("far"));
        assertThat(seen.get().via()).hasValue(RELAY);
        for (String claimed : List.of("vm1", "dom0", "nobody", "-x", "@adminvm", "")) {
            assertThatThrownBy(() ->
                            switchboard.admit(new UncheckedCall(RELAY, Optional.of(claimed), "work", "svc", "ssh")))
                    .as(claimed)
                    .isInstanceOf(CallException.Refused.class);
            assertThat(kept().source()).isEqualTo(claimed);
            assertThat(kept().via()).hasValue("relay");
        }
    }

    @Test
    void namesWhatIsMalformedAndKeepsIt() {
        for (String name : List.of("", "+arg", "a b", "a;b", "a/b", "é", "a".repeat(65_001))) {
            assertThatThrownBy(() -> switchboard.admit(call("work", name)))
                    .as(name)
                    .isInstanceOf(CallException.Refused.class);
            assertThat(kept().decision()).isEqualTo("deny");
            assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.REFUSED);
        }
        assertThatThrownBy(() -> switchboard.admit(call("@anyvm", "svc"))).isInstanceOf(CallException.Refused.class);
    }

    @Test
    void aTargetThatDoesNotExistIsRefusedLikeAnyOther() {
        rules.set("svc * vm1 work deny\n");
        policy.read(files(), List::of);
        assertThatThrownBy(() -> switchboard.admit(call("nowhere", "svc"))).isInstanceOf(CallException.Refused.class);
        assertThatThrownBy(() -> switchboard.admit(call("work", "svc"))).isInstanceOf(CallException.Refused.class);
    }

    @Test
    void aBrokenPolicyDeniesWithItsPlace() {
        rules.set("svc * vm1 work allow\nsvc * vm1 work alow\n");
        policy.read(files(), List::of);
        assertThatThrownBy(() -> switchboard.admit(call("work", "svc"))).hasMessageContaining("/p/30.policy:2");
    }

    @Test
    void mapsFailuresToTheirExitCodes() throws Exception {
        service.set((call, streams) -> {
            throw new CallException.NotFound("none");
        });
        assertThat(switchboard.admit(call("work", "svc")).run(streams())).isEqualTo(127);
        assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.NOT_FOUND);
        service.set((call, streams) -> {
            throw new CallException.Failed("broken");
        });
        assertThat(switchboard.admit(call("work", "svc")).run(streams())).isEqualTo(125);
        assertThat(kept().reason()).hasValue("broken");
        service.set((call, streams) -> {
            throw new IllegalStateException("a fault");
        });
        assertThat(switchboard.admit(call("work", "svc")).run(streams())).isEqualTo(125);
    }

    @Test
    void anAbandonedCallIsCancelledAndCannotRun() throws Exception {
        AdmittedCall admitted = switchboard.admit(call("work", "svc"));
        admitted.abandon("the caller never connected");
        assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(kept().reason()).hasValue("the caller never connected");
        assertThatThrownBy(() -> admitted.run(streams())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void stoppingInterruptsWhatDoesNotEndInTime() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        service.set((call, streams) -> {
            started.countDown();
            new CountDownLatch(1).await();
            return 0;
        });
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        AdmittedCall admitted = switchboard.admit(call("work", "svc"));
        Thread.startVirtualThread(() -> {
            try {
                admitted.run(streams());
                interrupted.complete(false);
            } catch (InterruptedException cutOff) {
                interrupted.complete(true);
            }
        });
        started.await();
        running.stop(Duration.ZERO);
        assertThat(interrupted.get()).isTrue();
        assertThat(running.count()).isZero();
        assertThat(kept().end().orElseThrow().outcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(switchboard.admit(call("work", "svc")).run(streams())).isEqualTo(125);
    }
}
