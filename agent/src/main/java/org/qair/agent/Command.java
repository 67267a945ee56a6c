package org.qair.agent;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.agent.CommandParser.Found;
import org.qair.call.CallException;
import org.qair.call.ExitCodes;
import org.qair.exec.Prepared;
import org.qair.policy.Printable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the host has sent, and what becomes of it. Why it fails is in the log; the caller sees the exit code alone. For one thread.
 */
final class Command {
    private static final Logger LOG = LoggerFactory.getLogger(Command.class);

    private final String text;
    private final @Nullable Found found;
    private final int failure;

    Command(CommandParser parser, String text) {
        this.text = text;
        Found result = null;
        int code = 0;
        try {
            result = parser.find(text);
        } catch (CallException | RuntimeException failed) {
            code = report(failed);
        }
        this.found = result;
        this.failure = code;
    }

    /** Something that is done with what was found. */
    interface Use {
        int with(Prepared prepared) throws CallException, InterruptedException;
    }

    /** The user whose session it belongs to; empty when it belongs to none, or cannot be run at all. */
    Optional<String> sessionUser() {
        return found == null || found.withoutGui()
                ? Optional.empty()
                : found.prepared().user();
    }

    void awaitSession() throws InterruptedException {
        if (found != null) {
            found.prepared().awaitSession();
        }
    }

    /** The text behind the user's name. */
    String withoutUser() {
        return text.substring(text.indexOf(':') + 1);
    }

    /** Does that with what was found; 125 or 127 when there is nothing, or it fails. */
    int run(Use use) throws InterruptedException {
        if (found == null) {
            return failure;
        }
        try {
            return use.with(found.prepared());
        } catch (CallException | RuntimeException failed) {
            return report(failed);
        }
    }

    private int report(Exception failure) {
        if (failure instanceof CallException failed) {
            String cause =
                    failed.getCause() == null ? "" : ": " + failed.getCause().getMessage();
            LOG.warn("`{}`: {}{}", Printable.of(text), failed.getMessage(), cause);
            return failed.exitCode();
        }
        LOG.error("`{}`: a fault of this program", Printable.of(text), failure);
        return ExitCodes.FAILED;
    }
}
