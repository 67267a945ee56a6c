package org.qair.host;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Carrier;
import org.qair.call.Carrier.Carriage;
import org.qair.call.ExitCodes;
import org.qair.call.FailedCall;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.host.HostSwitchboard.Arrival;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.host.limits.Allotment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that policy allowed; it runs once or is abandoned, and its end is in the audit either way. */
final class RunnableCall implements AdmittedCall {
    private static final Logger LOG = LoggerFactory.getLogger(RunnableCall.class);

    private final Arrival arrival;
    private final AuditRecord admission;
    private final Call call;
    private final Proofs.Outgoing outgoing;
    private final Service services;
    private final CallJournal journal;
    private final RunningCalls running;
    private final HeldNames.Hold names;
    private final Allotment allotment;
    private final AtomicBoolean used = new AtomicBoolean();
    private Optional<String> failure = Optional.empty();
    private Optional<CallException.Failed> unkept = Optional.empty();
    private Optional<Call> going = Optional.empty();
    private boolean kept;

    /**
     * Made when it was admitted.
     *
     * @param admission not in the audit yet
     * @param call without what travels with it
     * @param outgoing that, and the protection of its bytes between two hosts
     * @param names held by this call until its end
     * @param allotment what it may use, and counted in by it until its end
     */
    RunnableCall(
            Arrival arrival,
            AuditRecord admission,
            Call call,
            Proofs.Outgoing outgoing,
            Service services,
            CallJournal journal,
            RunningCalls running,
            HeldNames.Hold names,
            Allotment allotment) {
        this.arrival = arrival;
        this.admission = admission;
        this.call = call;
        this.outgoing = outgoing;
        this.services = services;
        this.journal = journal;
        this.running = running;
        this.names = names;
        this.allotment = allotment;
    }

    /** Why it ended without an exit code of the service; for the thread that ran it. */
    Optional<String> failure() {
        return failure;
    }

    /** How it is carried out. */
    private interface Way {
        Optional<Integer> run(Allotment.Running running) throws CallException, InterruptedException;
    }

    @Override
    public CallId id() {
        return call.id();
    }

    @Override
    public void keep() {
        if (kept) {
            return;
        }
        kept = true;
        try {
            journal.keep(admission);
        } catch (CallException.Failed required) {
            unkept = Optional.of(required);
            return;
        }
        try {
            going = Optional.of(going());
        } catch (RuntimeException fault) {
            LOG.debug("call {} fails when it runs", id(), fault);
        }
    }

    /** With what travels with it. */
    private Call going() {
        return going.orElseGet(() -> call.with(outgoing.context().get()));
    }

    /** Its caller learns what one learns whose call failed sooner. */
    private void requireKept(Streams streams) throws CallException.Failed {
        try {
            requireKept();
        } catch (CallException.Failed required) {
            int ignored = new FailedCall(required.exitCode()).run(streams);
            throw required;
        }
    }

    private void requireKept() throws CallException.Failed {
        keep();
        if (unkept.isPresent()) {
            throw unkept.get();
        }
    }

    @Override
    public int run(Streams streams) throws InterruptedException {
        CountingStreams counted = new CountingStreams(streams);
        return toEnd(
                        running::enter,
                        time -> {
                            requireKept(counted);
                            return Optional.of(outgoing.protection().run(services, going(), time.metered(counted)));
                        },
                        () -> Optional.of(counted.bytes()))
                .orElse(0);
    }

    @Override
    public boolean carry(Carrier carrier) throws InterruptedException {
        Optional<Carriage> carriage =
                passesHere() ? Optional.empty() : carrier.take(call); // where nothing travels with it
        if (carriage.isEmpty()) {
            return false;
        }
        Optional<Integer> ignored = toEnd(
                listed -> running.enterCarried(listed, carriage.get()::leave),
                time -> carriage.get().run(this::requireKept),
                Optional::empty);
        return true;
    }

    /** Whether something of this host has to see the bytes, or must be able to end the call whoever carries it. */
    private boolean passesHere() {
        return allotment.needsHost() || !outgoing.protection().equals(Protection.NONE);
    }

    /** How it gets into the list of those that run. */
    private interface Listing {
        RunningCalls.Entry enter(RunningCalls.Running call) throws CallException.Failed;
    }

    /** @param bytes how many passed so far; empty when they did not pass here */
    private Optional<Integer> toEnd(Listing listing, Way way, Supplier<Optional<Bytes>> bytes)
            throws InterruptedException {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("call " + id() + " was run or abandoned before");
        }
        try (names;
                allotment;
                Allotment.Running time = allotment.begin()) {
            return listed(listing, way, bytes, time);
        }
    }

    private Optional<Integer> listed(Listing listing, Way way, Supplier<Optional<Bytes>> bytes, Allotment.Running time)
            throws InterruptedException {
        try (RunningCalls.Entry _ = listing.enter(new RunningCalls.Running(call, arrival.time(), bytes, time::end))) {
            Optional<Integer> code = way.run(time);
            Optional<String> breach = time.breach();
            if (breach.isPresent()) {
                return cutOff(bytes.get(), breach.get());
            }
            end(bytes.get(), Outcome.COMPLETED, code, "");
            return code;
        } catch (CallException failed) {
            Optional<String> breach = time.breach();
            return breach.isPresent() && !(failed instanceof CallException.Lost)
                    ? cutOff(bytes.get(), breach.get())
                    : fail(bytes.get(), outcome(failed), failed.exitCode(), failed);
        } catch (InterruptedException gone) {
            Optional<String> breach = time.breach();
            if (breach.isPresent()) {
                return cutOff(bytes.get(), breach.get());
            }
            end(bytes.get(), Outcome.CANCELLED, Optional.empty(), "the caller went away, or the host stopped");
            throw gone;
        } catch (RuntimeException fault) {
            LOG.error("call {}: a fault of this program", id(), fault);
            return fail(bytes.get(), Outcome.FAILED, ExitCodes.FAILED, fault);
        }
    }

    private Optional<Integer> cutOff(Optional<Bytes> bytes, String reason) {
        end(bytes, Outcome.FAILED, Optional.of(ExitCodes.FAILED), reason);
        return Optional.of(ExitCodes.FAILED);
    }

    @Override
    public void abandon(String reason) {
        if (used.compareAndSet(false, true)) {
            names.close();
            allotment.close();
            end(Optional.of(Bytes.NONE), Outcome.CANCELLED, Optional.empty(), reason);
        }
    }

    private Optional<Integer> fail(Optional<Bytes> bytes, Outcome outcome, int exitCode, Exception failure) {
        Throwable cause = failure.getCause();
        String detail = cause == null ? "" : ": " + cause.getMessage();
        Optional<Integer> told = outcome == Outcome.LOST ? Optional.empty() : Optional.of(exitCode);
        end(bytes, outcome, told, failure.getMessage() + detail);
        return Optional.of(exitCode);
    }

    private void end(Optional<Bytes> bytes, Outcome outcome, Optional<Integer> exitCode, String reason) {
        keep(); // a call that never ran has its beginning in the audit, too
        failure = Optional.of(reason).filter(text -> !text.isEmpty());
        journal.ended(arrival, new End(outcome, exitCode, arrival.micros(), bytes), reason);
    }

    private static Outcome outcome(CallException failed) {
        return switch (failed) {
            case CallException.Refused refused -> Outcome.REFUSED;
            case CallException.NotFound notFound -> Outcome.NOT_FOUND;
            case CallException.Lost lost -> Outcome.LOST;
            case CallException.Failed broken -> Outcome.FAILED;
        };
    }
}
