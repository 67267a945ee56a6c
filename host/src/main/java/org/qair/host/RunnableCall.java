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
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.host.HostSwitchboard.Arrival;
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
    private final Call call;
    private final Service services;
    private final Protection protection;
    private final CallJournal journal;
    private final RunningCalls running;
    private final HeldNames.Hold names;
    private final Allotment allotment;
    private final AtomicBoolean used = new AtomicBoolean();
    private Optional<String> failure = Optional.empty();

    /**
     * Made when it was admitted.
     *
     * @param protection of its bytes between two hosts
     * @param names held by this call until its end
     * @param allotment what it may use, and counted in by it until its end
     */
    RunnableCall(
            Arrival arrival,
            Call call,
            Service services,
            Protection protection,
            CallJournal journal,
            RunningCalls running,
            HeldNames.Hold names,
            Allotment allotment) {
        this.arrival = arrival;
        this.call = call;
        this.services = services;
        this.protection = protection;
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
    public int run(Streams streams) throws InterruptedException {
        CountingStreams counted = new CountingStreams(streams);
        return toEnd(
                        running::enter,
                        time -> Optional.of(protection.run(services, call, time.metered(counted))),
                        () -> Optional.of(counted.bytes()))
                .orElse(0);
    }

    @Override
    public boolean carry(Carrier carrier) throws InterruptedException {
        Optional<Carriage> carriage = passesHere() ? Optional.empty() : carrier.take(call);
        if (carriage.isEmpty()) {
            return false;
        }
        Optional<Integer> ignored =
                toEnd(running::enterCarried, time -> carriage.get().run(), Optional::empty);
        return true;
    }

    /** Whether something of this host has to see the bytes. */
    private boolean passesHere() {
        return allotment.needsBytes() || !protection.equals(Protection.NONE);
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
            return breach.isPresent()
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
