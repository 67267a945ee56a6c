package org.qair.host;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Service;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.host.daemon.AllowFields;
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
    private final RunningCalls running;
    private final Clock clock;
    private final HeldNames held = new HeldNames();

    /** @param services what runs a call at its target, for a call to a RemoteVM at the relay */
    HostSwitchboard(
            Supplier<SystemInfo> system,
            LivePolicy policy,
            Service services,
            CallJournal journal,
            RunningCalls running,
            Clock clock) {
        this.system = system;
        this.policy = policy;
        this.services = services;
        this.journal = journal;
        this.running = running;
        this.clock = clock;
    }

    @Override
    public AdmittedCall admit(UncheckedCall unchecked) throws CallException {
        return admit(unchecked, Optional.empty());
    }

    /** The same for the host's owner, who may say as which user a service of this host runs. */
    RunnableCall admit(UncheckedCall unchecked, Optional<String> user) throws CallException {
        CallId id = CallId.random();
        Arrival arrival = new Arrival(id, unchecked, clock.instant(), System.nanoTime());
        try {
            Request request = check(unchecked);
            Judged judged = judge(request);
            return switch (judged.decision()) {
                case Allow allow -> admit(arrival, request, judged, allow, user);
                case Decision.Ask ask ->
                    throw journal.refused(
                            arrival, "ask", ask.rule(), "policy says to ask, and nobody can be asked on this host");
                case Decision.Deny deny -> throw journal.refused(arrival, "deny", deny.rule(), deny.reason());
            };
        } catch (InvalidNameException malformed) {
            throw journal.refused(arrival, "deny", Optional.empty(), String.valueOf(malformed.getMessage()));
        }
    }

    /** A command of the host's owner in a qube: no policy is asked, the audit has it like a call. */
    RunnableCall admitCommand(UncheckedCall command, QubeName target, Optional<String> user, Service service)
            throws CallException.Failed {
        CallId id = CallId.random();
        Arrival arrival = new Arrival(id, command, clock.instant(), System.nanoTime());
        journal.admittedCommand(arrival, target);
        Call call = new Call(
                id, command.caller(), Optional.empty(), new RequestedTarget.Named(target), target, OWN_COMMAND, user);
        return new RunnableCall(arrival, call, service, journal, running, held.none());
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
     * @param names those that an allow rests on
     */
    private record Judged(Decision decision, RequestedTarget target, HeldNames.Hold names) {}

    private Judged judge(Request request) {
        while (true) {
            SystemInfo now = system.get();
            Decision decision = policy.decide(now, request);
            RequestedTarget target = AllowFields.judged(now, request.target());
            if (!(decision instanceof Allow allow)) {
                return new Judged(decision, target, held.none());
            }
            Optional<HeldNames.Hold> names = held.take(names(request, allow), now, system);
            if (names.isPresent()) {
                return new Judged(decision, target, names.get());
            }
        }
    }

    private static Set<QubeName> names(Request request, Allow allow) {
        Set<QubeName> names = new HashSet<>(List.of(request.caller(), allow.source()));
        if (allow.destination() instanceof Destination.Existing(QubeName target)) {
            names.add(target);
        }
        allow.relayed().map(Decision.RelayedCall::relay).ifPresent(names::add);
        if (request.target() instanceof RequestedTarget.Named(QubeName asked)) {
            names.add(asked); // a call of the Admin API is about that qube, and runs in dom0
        }
        return names;
    }

    private RunnableCall admit(Arrival arrival, Request request, Judged judged, Allow allow, Optional<String> user)
            throws CallException {
        try {
            if (user.isPresent() && allow.relayed().isPresent()) {
                throw journal.failed(
                        arrival, allow, "a user cannot be given for a RemoteVM: its own host says who it is");
            }
            return switch (allow.destination()) {
                case Destination.Existing existing -> {
                    Call call = call(arrival.id(), request, judged.target(), allow, existing.qube(), user);
                    journal.admitted(arrival, allow, existing.qube());
                    yield new RunnableCall(arrival, call, services, journal, running, judged.names());
                }
                case Destination.NewDisposable disposable ->
                    throw journal.failed(arrival, allow, "`%s`: this host makes no disposables".formatted(disposable));
            };
        } catch (CallException | RuntimeException failed) {
            judged.names().close();
            throw failed;
        }
    }

    /** A call to a RemoteVM becomes a second one, to its relay, with the source that policy judged. */
    private static Call call(
            CallId id, Request request, RequestedTarget judged, Allow allow, QubeName target, Optional<String> user) {
        Optional<QubeName> via = request.requestedSource().map(claimed -> request.caller());
        return new Call(
                id,
                allow.source(),
                via,
                judged,
                allow.relayed().map(Decision.RelayedCall::relay).orElse(target),
                allow.relayed().map(Decision.RelayedCall::service).orElse(request.service()),
                user.or(allow::user));
    }

    /** A call at the moment that it came in. */
    record Arrival(CallId id, UncheckedCall call, Instant time, long nanos) {
        long micros() {
            return (System.nanoTime() - nanos) / 1000;
        }
    }
}
