package org.qair.host.relayqube;

import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.policy.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call through this relay, which keeps no audit: how it ended is in the log. */
final class LoggedCall implements AdmittedCall {
    private static final Logger LOG = LoggerFactory.getLogger("org.qair.calls");

    private final CallId id;
    private final Way way;

    /** What carries it to where it runs. */
    interface Way {
        /** See {@link org.qair.call.Service#run}. */
        int run(Streams streams) throws CallException, InterruptedException;
    }

    LoggedCall(CallId id, Way way) {
        this.id = id;
        this.way = way;
    }

    @Override
    public CallId id() {
        return id;
    }

    @Override
    public int run(Streams streams) throws InterruptedException {
        try {
            int code = way.run(streams);
            LOG.info("call {} ended: exit code {}", id, code);
            return code;
        } catch (CallException failed) {
            Throwable cause = failed.getCause();
            String detail = cause == null ? "" : ": " + cause.getMessage();
            LOG.warn("call {} ended: {}{}", id, Printable.line(String.valueOf(failed.getMessage())), detail);
            return failed.exitCode();
        } catch (InterruptedException gone) {
            LOG.info("call {} ended: the caller went away, or the relay stopped", id);
            throw gone;
        }
    }

    @Override
    public void abandon(String reason) {
        LOG.info("call {} ended: {}", id, reason);
    }
}
