package org.qair.host;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Hops;
import org.qair.call.Service;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Evidence;
import org.qair.host.daemon.AllowFields;
import org.qair.host.limits.Allotment;
import org.qair.host.limits.Limits;
import org.qair.host.limits.OverLimitException;
import org.qair.policy.Decision;
import org.qair.policy.Decision.Allow;
import org.qair.policy.Destination;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import org.qair.registry.NameHolders;

/** The host's switchboard: it checks names, asks policy, keeps the audit, and runs what policy allows. */
final class HostSwitchboard implements Switchboard {
    /** What stands for a plain command where a service is; nobody looks it up. */
    private static final ServiceName OWN_COMMAND = ServiceName.parse("command");

    private final Supplier<SystemInfo> system;
    private final LivePolicy policy;
    private final Service services;
    private final CallJournal journal;
    private final People people;
    private final Notices notices;
    private final Proofs proofs;
    private final UnknownCallers unknown;
    private final Limits limits;
    private final RunningCalls running;
    private final Clock clock;
    private final HeldNames held = new HeldNames();

    /** @param services what runs a call at its target, for a call to a RemoteVM at the relay */
    HostSwitchboard(
            Supplier<SystemInfo> system,
            LivePolicy policy,
            Service services,
            CallJournal journal,
            People people,
            Notices notices,
            Proofs proofs,
            UnknownCallers unknown,
            Limits limits,
            RunningCalls running,
            Clock clock) {
        this.system = system;
        this.policy = policy;
        this.services = services;
        this.journal = journal;
        this.people = people;
        this.notices = notices;
        this.proofs = proofs;
        this.unknown = unknown;
        this.limits = limits;
        this.running = running;
        this.clock = clock;
    }

    @Override
    public AdmittedCall admit(UncheckedCall unchecked) throws CallException, InterruptedException {
        return admit(unchecked, Optional.empty());
    }

    /** The same for the host's owner, who may say as which user a service of this host runs. */
    RunnableCall admit(UncheckedCall unchecked, Optional<String> user) throws CallException, InterruptedException {
        Arrival arrival = arrival(unchecked, user);
        try {
            Request claimed = check(unchecked);
            Request request = unknown.known(claimed);
            arrival = arrival.claimed(claimed, request);
            arrival = arrival.standing(proofs.check(request, unchecked.context()));
            Judged judged = judge(request, policy::decide);
            arrival = arrival.timed("decide");
            return judged.decision() instanceof Decision.Ask ask
                    ? ask(arrival, request, judged, ask)
                    : carryOut(arrival, request, judged);
        } catch (InvalidNameException | UnprovenException refused) {
            throw journal.refused(arrival, "deny", Optional.empty(), String.valueOf(refused.getMessage()));
        }
    }

    private Arrival arrival(UncheckedCall unchecked, Optional<String> user) {
        return new Arrival(
                journal.id(unchecked),
                unchecked,
                clock.instant(),
                System.nanoTime(),
                user,
                Optional.empty(),
                Standing.OWN,
                Evidence.NONE.withTrace(unchecked.context().trace()),
                Map.of());
    }

    /** A person who chooses by a name gets the qube that had it when the question came up. */
    private RunnableCall ask(Arrival arrival, Request request, Judged judged, Decision.Ask ask)
            throws CallException, InterruptedException {
        try (HeldNames.Hold _ = judged.names()) {
            People.Said said = people.ask(request, ask, arrival.evidence().proof());
            return carryOut(arrival.answered(said.answer()).timed("prompt"), request, judge(request, said::decide));
        } catch (InterruptedException withdrawn) {
            journal.withdrawn(arrival.timed("prompt"), ask);
            throw withdrawn;
        }
    }

    private RunnableCall carryOut(Arrival arrival, Request request, Judged judged) throws CallException {
        return switch (judged.decision()) {
            case Allow allow -> admit(arrival, request, judged, allow);
            case Decision.Deny deny -> {
                if (deny.notifyUser()) {
                    notices.refused(system.get(), request);
                }
                throw journal.refused(arrival, arrival.decision("deny"), deny.rule(), deny.reason());
            }
            case Decision.Ask again ->
                throw journal.refused(arrival, "ask", again.rule(), "policy says to ask, and was answered already");
        };
    }

    /** A command of the host's owner in a qube: no policy is asked, the audit has it like a call. */
    RunnableCall admitCommand(UncheckedCall command, QubeName target, Optional<String> user, Service service)
            throws CallException.Failed {
        Arrival arrival = arrival(command, user);
        AuditRecord admission = journal.admittedCommand(arrival, target);
        Call call = new Call(
                arrival.id(),
                command.caller(),
                Optional.empty(),
                new RequestedTarget.Named(target),
                target,
                OWN_COMMAND,
                user);
        return new RunnableCall(
                arrival,
                admission,
                call,
                Proofs.Outgoing.ready(CallContext.NONE, Protection.NONE),
                service,
                journal,
                running,
                held.none(),
                Allotment.unlimited());
    }

    private static Request check(UncheckedCall call) {
        return new Request(
                call.caller(),
                call.requestedSource().map(QubeName::new),
                RequestedTarget.parse(call.target()),
                ServiceName.parse(call.service()));
    }

    /** The names that calls hold, which the registry is to respect. */
    NameHolders heldNames() {
        return held;
    }

    /**
     * A decision.
     *
     * @param target what was asked for, as policy took it
     * @param names those that it rests on
     */
    private record Judged(Decision decision, RequestedTarget target, HeldNames.Hold names) {}

    private Judged judge(Request request, BiFunction<SystemInfo, Request, Decision> decider) {
        while (true) {
            SystemInfo now = system.get();
            Decision decision = decider.apply(now, request);
            RequestedTarget target = AllowFields.judged(now, request.target());
            Optional<HeldNames.Hold> names = held.take(names(request, decision), now, system);
            if (names.isPresent()) {
                return new Judged(decision, target, names.get());
            }
        }
    }

    private static Set<QubeName> names(Request request, Decision decision) {
        if (decision instanceof Decision.Deny) {
            return Set.of();
        }
        Set<QubeName> names = new HashSet<>(Set.of(request.caller()));
        if (request.target() instanceof RequestedTarget.Named(QubeName asked)) {
            names.add(asked); // a call of the Admin API is about that qube, and runs in dom0
        }
        if (decision instanceof Allow allow) {
            names.add(allow.source());
            add(names, allow.destination());
            allow.relayed().map(Decision.RelayedCall::relay).ifPresent(names::add);
        }
        if (decision instanceof Decision.Ask ask) {
            names.add(ask.source());
            ask.targets().forEach(target -> add(names, target));
        }
        return names;
    }

    private static void add(Set<QubeName> names, Destination destination) {
        if (destination instanceof Destination.Existing(QubeName target)) {
            names.add(target);
        }
    }

    private RunnableCall admit(Arrival arrival, Request request, Judged judged, Allow allow) throws CallException {
        try {
            if (arrival.user().isPresent() && allow.relayed().isPresent()) {
                throw journal.failed(
                        arrival, allow, "a user cannot be given for a RemoteVM: its own host says who it is");
            }
            return switch (allow.destination()) {
                case Destination.Existing(QubeName target) -> admit(arrival, request, judged, allow, target);
                case Destination.NewDisposable disposable ->
                    throw journal.failed(arrival, allow, "`%s`: this host makes no disposables".formatted(disposable));
            };
        } catch (CallException | RuntimeException failed) {
            judged.names().close();
            throw failed;
        }
    }

    private RunnableCall admit(Arrival arrival, Request request, Judged judged, Allow allow, QubeName target)
            throws CallException {
        checkHops(arrival, allow);
        Allotment allotment = allot(arrival, request, allow, target);
        try {
            boolean relayed = allow.relayed().isPresent();
            Proofs.Outgoing outgoing = relayed
                    ? proofs.send(
                            arrival.id(), allow, request, target, arrival.call().context())
                    : Proofs.Outgoing.ready(
                            arrival.call().context().with(Optional.empty()), proofs.receive(arrival.standing()));
            Call call = call(arrival, request, judged.target(), allow, target);
            AuditRecord admission = journal.admitted(arrival, allow, target);
            if (allow.notifyUser()) {
                notices.tell(allow.source(), "allow", request.service(), target.value());
            }
            return new RunnableCall(
                    arrival, admission, call, outgoing, services, journal, running, judged.names(), allotment);
        } catch (RuntimeException failed) {
            allotment.close();
            throw failed;
        }
    }

    private Allotment allot(Arrival arrival, Request request, Allow allow, QubeName target) throws CallException {
        Request resolved = new Request(
                request.caller(), request.requestedSource(), RequestedTarget.parse(target.value()), request.service());
        try {
            return limits.admit(system.get(), allow.source(), resolved);
        } catch (OverLimitException tooMany) {
            throw journal.refused(
                    arrival, arrival.decision("allow"), allow.rule(), String.valueOf(tooMany.getMessage()));
        }
    }

    /** A call to a RemoteVM becomes a second one, to its relay, with the source that policy judged. */
    private static Call call(Arrival arrival, Request request, RequestedTarget judged, Allow allow, QubeName target) {
        Optional<QubeName> via = request.requestedSource().map(claimed -> request.caller());
        return new Call(
                arrival.id(),
                allow.source(),
                via,
                judged,
                allow.relayed().map(Decision.RelayedCall::relay).orElse(target),
                allow.relayed().map(Decision.RelayedCall::service).orElse(request.service()),
                arrival.user().or(allow::user),
                CallContext.NONE,
                arrival.evidence().proof());
    }

    /** Hosts that name each other as the way to a RemoteVM would pass a call on for ever. */
    private void checkHops(Arrival arrival, Allow allow) throws CallException.Refused {
        if (allow.relayed().isPresent() && arrival.call().context().hops() >= Hops.LIMIT) {
            throw journal.refused(
                    arrival,
                    "deny",
                    allow.rule(),
                    "it has come through %d relays and is not relayed once more: look for hosts that name each other as the way to `%s`"
                            .formatted(Hops.LIMIT, arrival.call().target()));
        }
    }

    /**
     * A call at the moment that it came in.
     *
     * @param user as whom the host's owner wants it to run
     * @param standIn the qube that it is judged as from, when nobody knows the one that its relay names
     * @param standing what stands behind its source
     * @param evidence the same, and what else is known by now, for the audit
     * @param stages the microseconds of those that are over, by their names
     */
    record Arrival(
            CallId id,
            UncheckedCall call,
            Instant time,
            long nanos,
            Optional<String> user,
            Optional<QubeName> standIn,
            Standing standing,
            Evidence evidence,
            Map<String, Long> stages) {
        Arrival answered(Optional<String> answer) {
            return with(standIn, standing, evidence.withPrompt(answer));
        }

        /** A source that nobody knows here is kept as a claim, and judged as another. */
        Arrival claimed(Request claimed, Request judged) {
            if (claimed.requestedSource().equals(judged.requestedSource())) {
                return this;
            }
            Optional<String> claim = claimed.requestedSource().map(QubeName::value);
            return with(judged.requestedSource(), standing, evidence.withClaim(claim));
        }

        Arrival standing(Standing found) {
            return with(standIn, found, evidence.withProof(found.word()));
        }

        private Arrival with(Optional<QubeName> stand, Standing found, Evidence known) {
            return new Arrival(id, call, time, nanos, user, stand, found, known, stages);
        }

        /** A stage that began when the one before it ended is over. */
        Arrival timed(String stage) {
            Map<String, Long> more = new LinkedHashMap<>(stages);
            long before = 0;
            for (long earlier : stages.values()) {
                before += earlier;
            }
            more.put(stage, micros() - before);
            return new Arrival(id, call, time, nanos, user, standIn, standing, evidence, more);
        }

        /** Whom it is from, as far as is known: for a claim that is refused, the claim. */
        String source() {
            return standIn.map(QubeName::value)
                    .or(call::requestedSource)
                    .orElse(call.caller().value());
        }

        /** How the audit calls a decision: one that a person had a part in is an {@code ask}. */
        String decision(String plain) {
            return evidence.prompt().isPresent() ? "ask" : plain;
        }

        long micros() {
            return (System.nanoTime() - nanos) / 1000;
        }
    }
}
