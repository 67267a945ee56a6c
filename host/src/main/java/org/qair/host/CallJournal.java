package org.qair.host;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.ExitCodes;
import org.qair.call.UncheckedCall;
import org.qair.host.HostSwitchboard.Arrival;
import org.qair.host.audit.AuditException;
import org.qair.host.audit.AuditLog;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.host.metrics.Meter;
import org.qair.policy.Decision;
import org.qair.policy.Decision.Allow;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.RuleLocation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said of a call in the log and in the audit. An audit that cannot be written, on a full disk for example, is
 * logged, and stops a call only where the settings require the audit.
 */
final class CallJournal {
    private static final Logger LOG = LoggerFactory.getLogger("org.qair.calls");

    private final AuditLog audit;
    private final boolean required;
    private final StageTimes stages;
    private final Meter meter;

    /** One that nobody counts by, of calls whose stages nobody times. */
    CallJournal(AuditLog audit, boolean required) {
        this(audit, required, new StageTimes(), Meter.NONE);
    }

    /**
     * @param required whether an allowed call is stopped when the audit cannot keep it
     * @param stages the times of the transport
     * @param meter is told of each call that is refused or has ended, kept or not
     */
    CallJournal(AuditLog audit, boolean required, StageTimes stages, Meter meter) {
        this.audit = audit;
        this.required = required;
        this.stages = stages;
        this.meter = meter;
    }

    /**
     * What a call is known by: one that a relay brings keeps the id that it has on the host it began at, unless the audit here has that id
     * already.
     */
    CallId id(UncheckedCall call) {
        Optional<CallId> theirs = call.requestedSource().isPresent()
                ? call.context().call().filter(CallId::isValid).map(CallId::new)
                : Optional.empty();
        try {
            return theirs.filter(audit::isNew).orElseGet(CallId::random);
        } catch (AuditException broken) {
            LOG.error("{}", broken.getMessage(), broken);
            return CallId.random();
        }
    }

    CallException.Refused refused(Arrival arrival, String decision, Optional<RuleLocation> rule, String reason) {
        LOG.warn("call {} refused: {}: {}{}", arrival.id(), shown(arrival), Printable.line(reason), place(rule));
        End end = new End(Outcome.REFUSED, Optional.of(ExitCodes.REFUSED), arrival.micros(), Optional.of(Bytes.NONE));
        keepEnded(arrival, Optional.empty(), decision, rule, reason, end);
        return new CallException.Refused(reason);
    }

    /** One whose caller has gone while a person was asked. */
    void withdrawn(Arrival arrival, Decision.Ask ask) {
        LOG.info("call {} withdrawn while somebody was asked: {}{}", arrival.id(), shown(arrival), place(ask.rule()));
        End end = new End(Outcome.CANCELLED, Optional.empty(), arrival.micros(), Optional.of(Bytes.NONE));
        keepEnded(arrival, Optional.empty(), "ask", ask.rule(), "the caller went away while somebody was asked", end);
    }

    CallException.Failed failed(Arrival arrival, Allow allow, String reason) {
        LOG.warn("call {} failed: {}: {}", arrival.id(), shown(arrival), reason);
        End end = new End(Outcome.FAILED, Optional.of(ExitCodes.FAILED), arrival.micros(), Optional.of(Bytes.NONE));
        keepEnded(arrival, allow.relayed(), "allow", allow.rule(), reason, end);
        return new CallException.Failed(reason);
    }

    /** Says that a call is allowed, and gives what {@link #keep} is to keep before anything of it runs. */
    AuditRecord admitted(Arrival arrival, Allow allow, QubeName target) {
        LOG.info("call {} allowed: {}{}", arrival.id(), shown(arrival), place(allow.rule()));
        allow.warnings().forEach(warning -> LOG.warn("call {}: {}", arrival.id(), warning));
        return entry(
                arrival,
                Optional.of(target),
                allow.relayed(),
                arrival.decision("allow"),
                allow.rule(),
                Optional.empty(),
                Optional.empty());
    }

    /** Of a command of the host's owner, which no rule has to allow. */
    AuditRecord admittedCommand(Arrival arrival, QubeName target) {
        LOG.info("call {} of the owner: {}", arrival.id(), shown(arrival));
        return entry(
                arrival,
                Optional.of(target),
                Optional.empty(),
                "allow",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** @throws CallException.Failed when the audit is required and cannot keep it */
    void keep(AuditRecord admitted) throws CallException.Failed {
        if (!written(admitted) && required) {
            throw new CallException.Failed("the audit is required, and cannot be written");
        }
    }

    void ended(Arrival arrival, End end, String reason) {
        if (end.outcome() == Outcome.COMPLETED) {
            LOG.info(
                    "call {} ended: {}",
                    arrival.id(),
                    end.exitCode().map("exit code %d"::formatted).orElse("its two agents have done"));
        } else {
            LOG.warn("call {} ended: {}: {}", arrival.id(), end.outcome(), Printable.line(reason));
        }
        End timed = timed(arrival, arrival.decision("allow"), end);
        try {
            audit.ended(arrival.id(), timed, reason);
        } catch (AuditException broken) {
            LOG.error("{}", broken.getMessage(), broken);
        }
    }

    private End timed(Arrival arrival, String decision, End end) {
        Map<String, Long> times = new LinkedHashMap<>(arrival.stages());
        times.putAll(stages.take(arrival.id()));
        End timed = end.with(times);
        meter.callEnded(arrival.call().door(), decision, timed);
        return timed;
    }

    /** One that never started. */
    private void keepEnded(
            Arrival arrival,
            Optional<Decision.RelayedCall> relayed,
            String decision,
            Optional<RuleLocation> rule,
            String reason,
            End end) {
        boolean ignored = written(entry(
                arrival,
                Optional.empty(),
                relayed,
                decision,
                rule,
                Optional.of(reason),
                Optional.of(timed(arrival, decision, end))));
    }

    private boolean written(AuditRecord entry) {
        try {
            audit.decided(entry);
            return true;
        } catch (AuditException broken) {
            LOG.error("{}", broken.getMessage(), broken);
            return false;
        }
    }

    private static AuditRecord entry(
            Arrival arrival,
            Optional<QubeName> target,
            Optional<Decision.RelayedCall> relayed,
            String decision,
            Optional<RuleLocation> rule,
            Optional<String> reason,
            Optional<End> end) {
        var call = arrival.call();
        String caller = call.caller().value();
        return new AuditRecord(
                arrival.id(),
                arrival.time(),
                call.door(),
                caller,
                arrival.source(),
                call.requestedSource().map(claimed -> caller),
                call.target(),
                target.map(QubeName::value),
                call.service(),
                relayed.map(second -> second.relay().value()),
                relayed.map(second -> second.service().toString()),
                decision,
                rule.map(RuleLocation::toString),
                reason,
                arrival.evidence(),
                end);
    }

    /** {@code vm1 -> work: service+argument}, or with a relay {@code vm1 (via relay) -> work: …}, {@code (via relay, verified)}. */
    private static String shown(Arrival arrival) {
        var call = arrival.call();
        String caller = call.caller().value();
        String claim = arrival.evidence()
                .claimedSource()
                .map(name -> ", claims to be " + name)
                .orElse("");
        String source = call.requestedSource()
                .map(claimed -> arrival.source() + " (via " + caller + proof(arrival) + claim + ")")
                .orElse(caller);
        String service = call.service();
        String shortened = service.length() > 200 ? service.substring(0, 200) + "…" : service;
        return Printable.line(source + " -> " + call.target() + ": " + shortened);
    }

    private static String proof(Arrival arrival) {
        return arrival.evidence()
                .proof()
                .filter("verified"::equals)
                .map(", "::concat)
                .orElse("");
    }

    private static String place(Optional<RuleLocation> rule) {
        return rule.map(location -> " [" + location + "]").orElse("");
    }
}
