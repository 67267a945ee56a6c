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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that policy allowed; it runs once or is abandoned, and its end is in the audit either way. */
final class RunnableCall implements AdmittedCall {
    private static final Logger LOG = LoggerFactory.getLogger(RunnableCall.class);

    private final Arrival arrival;
    private final Call call;
    private final Service services;
    private final CallJournal journal;
    private final RunningCalls running;
    private final HeldNames.Hold names;
    private final AtomicBoolean used = new AtomicBoolean();
    private Optional<String> failure = Optional.empty();

    /** @param names held by this call until its end */
    RunnableCall(
            Arrival arrival,
            Call call,
            Service services,
            CallJournal journal,
            RunningCalls running,
            HeldNames.Hold names) {
        this.arrival = arrival;
        this.call = call;
        this.services = services;
        this.journal = journal;
        this.running = running;
        this.names = names;
    }

    /** Why it ended without an exit code of the service; for the thread that ran it. */
    Optional<String> failure() {
        return failure;
    }

    private interface Listing {
        RunningCalls.Entry enter() throws CallException.Failed;
    }

    @Override
    public CallId id() {
        return call.id();
    }

    @Override
    public int run(Streams streams) throws InterruptedException {
        CountingStreams counted = new CountingStreams(streams);
        return toEnd(
                        () -> running.enter(call),
                        () -> Optional.of(services.run(call, counted)),
                        () -> Optional.of(counted.bytes()))
                .orElse(0);
    }

    @Override
    public boolean carry(Carrier carrier) throws InterruptedException {
        Optional<Carriage> carriage = carrier.take(call);
        if (carriage.isEmpty()) {
            return false;
        }
        Optional<Integer> ignored = toEnd(() -> running.enterCarried(call), carriage.get(), Optional::empty);
        return true;
    }

    /** @param bytes how many passed so far; empty when they did not pass here */
    private Optional<Integer> toEnd(Listing listing, Carriage way, Supplier<Optional<Bytes>> bytes)
            throws InterruptedException {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("call " + id() + " was run or abandoned before");
        }
        try (names;
                RunningCalls.Entry _ = listing.enter()) {
            Optional<Integer> code = way.run();
            end(bytes.get(), Outcome.COMPLETED, code, "");
            return code;
        } catch (CallException failed) {
            return fail(bytes.get(), outcome(failed), failed.exitCode(), failed);
        } catch (InterruptedException gone) {
            end(bytes.get(), Outcome.CANCELLED, Optional.empty(), "the caller went away, or the host stopped");
            throw gone;
        } catch (RuntimeException fault) {
            LOG.error("call {}: a fault of this program", id(), fault);
            return fail(bytes.get(), Outcome.FAILED, ExitCodes.FAILED, fault);
        }
    }

    @Override
    public void abandon(String reason) {
        if (used.compareAndSet(false, true)) {
            names.close();
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
