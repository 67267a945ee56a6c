package org.qair.host;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Hops;
import org.qair.call.Service;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.host.audit.AuditLog;
import org.qair.policy.Decision;
import org.qair.policy.Decision.Allow;
import org.qair.policy.Destination;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;

/** The host's switchboard: it checks names, asks policy, keeps the audit, and runs what policy allows. */
final class HostSwitchboard implements Switchboard {
    private final Supplier<SystemInfo> system;
    private final LivePolicy policy;
    private final Service services;
    private final CallJournal journal;
    private final RunningCalls running;
    private final Clock clock;

    /** @param services what runs a call at its target, for a call to a RemoteVM at the relay */
    HostSwitchboard(
            Supplier<SystemInfo> system,
            LivePolicy policy,
            Service services,
            AuditLog audit,
            RunningCalls running,
            Clock clock) {
        this.system = system;
        this.policy = policy;
        this.services = services;
        this.journal = new CallJournal(audit);
        this.running = running;
        this.clock = clock;
    }

    @Override
    public AdmittedCall admit(UncheckedCall unchecked) throws CallException {
        CallId id = CallId.random();
        Arrival arrival = new Arrival(id, unchecked, clock.instant(), System.nanoTime());
        try {
            Request request = check(unchecked);
            return switch (policy.decide(system.get(), request)) {
                case Allow allow -> admit(arrival, request, allow);
                case Decision.Ask ask ->
                    throw journal.refused(
                            arrival, "ask", ask.rule(), "policy says to ask, and nobody can be asked on this host");
                case Decision.Deny deny -> throw journal.refused(arrival, "deny", deny.rule(), deny.reason());
            };
        } catch (InvalidNameException malformed) {
            throw journal.refused(arrival, "deny", Optional.empty(), String.valueOf(malformed.getMessage()));
        }
    }

    private static Request check(UncheckedCall call) {
        return new Request(
                call.caller(),
                call.requestedSource().map(QubeName::new),
                RequestedTarget.parse(call.target()),
                ServiceName.parse(call.service()));
    }

    private AdmittedCall admit(Arrival arrival, Request request, Allow allow) throws CallException {
        return switch (allow.destination()) {
            case Destination.Existing existing -> {
                checkHops(arrival, allow);
                Call call = call(arrival, request, allow, existing.qube());
                journal.admitted(arrival, allow, existing.qube());
                yield new RunnableCall(arrival, call, services, journal, running);
            }
            case Destination.NewDisposable disposable ->
                throw journal.failed(arrival, allow, "`%s`: this host makes no disposables".formatted(disposable));
        };
    }

    /** A call to a RemoteVM becomes a second one, to its relay, with the source that policy judged. */
    private static Call call(Arrival arrival, Request request, Allow allow, QubeName target) {
        Optional<QubeName> via = request.requestedSource().map(claimed -> request.caller());
        return new Call(
                arrival.id(),
                allow.source(),
                via,
                request.target(),
                allow.relayed().map(Decision.RelayedCall::relay).orElse(target),
                allow.relayed().map(Decision.RelayedCall::service).orElse(request.service()),
                allow.user(),
                arrival.call().hops());
    }

    /** Hosts that name each other as the way to a RemoteVM would pass a call on for ever. */
    private void checkHops(Arrival arrival, Allow allow) throws CallException.Refused {
        if (allow.relayed().isPresent() && arrival.call().hops() >= Hops.LIMIT) {
            throw journal.refused(
                    arrival,
                    "deny",
                    allow.rule(),
                    "it has come through %d relays and is not relayed once more: look for hosts that name each other as the way to `%s`"
                            .formatted(Hops.LIMIT, arrival.call().target()));
        }
    }

    /** A call at the moment that it came in. */
    record Arrival(CallId id, UncheckedCall call, Instant time, long nanos) {
        long micros() {
            return (System.nanoTime() - nanos) / 1000;
        }
    }
}
