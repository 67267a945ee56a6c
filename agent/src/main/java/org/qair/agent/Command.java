package org.qair.agent;

import org.qair.call.CallException;
import org.qair.call.ExitCodes;
import org.qair.exec.Prepared;
import org.qair.policy.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the host has sent, and what becomes of it. Why it fails is in the log; the caller sees the exit code alone. */
record Command(CommandParser parser, String text) {
    private static final Logger LOG = LoggerFactory.getLogger(Command.class);

    /** Something that is done with what was made ready. */
    interface Use {
        int with(Prepared prepared) throws CallException, InterruptedException;
    }

    /** Makes it ready and does that with it; 125 or 127 when either fails. */
    int run(Use use) throws InterruptedException {
        try {
            return use.with(parser.prepare(text));
        } catch (CallException failed) {
            String cause = failed.getCause() == null ? "" : " (" + failed.getCause() + ")";
            LOG.warn("`{}`: {}{}", Printable.of(text), failed.getMessage(), cause);
            return failed.exitCode();
        } catch (RuntimeException fault) {
            LOG.error("`{}`: a fault of this program", Printable.of(text), fault);
            return ExitCodes.FAILED;
        }
    }
}
