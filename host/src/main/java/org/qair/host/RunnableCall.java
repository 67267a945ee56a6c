package org.qair.host;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.ExitCodes;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.host.HostSwitchboard.Arrival;
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

    @Override
    public CallId id() {
        return call.id();
    }

    @Override
    public int run(Streams streams) throws InterruptedException {
        if (!used.compareAndSet(false, true)) {
            throw new IllegalStateException("call " + id() + " was run or abandoned before");
        }
        CountingStreams counted = new CountingStreams(streams);
        try (names;
                RunningCalls.Entry _ = running.enter(call)) {
            int code = services.run(call, counted);
            end(counted, Outcome.COMPLETED, Optional.of(code), "");
            return code;
        } catch (CallException failed) {
            return fail(counted, outcome(failed), failed.exitCode(), failed);
        } catch (InterruptedException gone) {
            end(counted, Outcome.CANCELLED, Optional.empty(), "the caller went away, or the host stopped");
            throw gone;
        } catch (RuntimeException fault) {
            LOG.error("call {}: a fault of this program", id(), fault);
            return fail(counted, Outcome.FAILED, ExitCodes.FAILED, fault);
        }
    }

    @Override
    public void abandon(String reason) {
        if (used.compareAndSet(false, true)) {
            names.close();
            journal.ended(arrival, new End(Outcome.CANCELLED, Optional.empty(), arrival.micros(), 0, 0, 0), reason);
        }
    }

    private int fail(CountingStreams counted, Outcome outcome, int exitCode, Exception failure) {
        Throwable cause = failure.getCause();
        String detail = cause == null ? "" : ": " + cause.getMessage();
        end(counted, outcome, Optional.of(exitCode), failure.getMessage() + detail);
        return exitCode;
    }

    private void end(CountingStreams counted, Outcome outcome, Optional<Integer> exitCode, String reason) {
        End end =
                new End(outcome, exitCode, arrival.micros(), counted.bytesIn(), counted.bytesOut(), counted.bytesErr());
        journal.ended(arrival, end, reason);
    }

    private static Outcome outcome(CallException failed) {
        return switch (failed) {
            case CallException.Refused refused -> Outcome.REFUSED;
            case CallException.NotFound notFound -> Outcome.NOT_FOUND;
            case CallException.Failed broken -> Outcome.FAILED;
        };
    }
}
