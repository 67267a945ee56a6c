package org.qair.call;

import java.util.Optional;
import org.qair.policy.QubeName;

/**
 * A call as a front door took it from a caller: only {@code caller} is known, from the socket, uid or key that it came by.
 * The rest is what the caller wrote, to be checked by the switchboard.
 *
 * @param requestedSource the qube that the caller claims to speak for
 * @param target the target's name or keyword
 * @param service service with argument
 * @param door where it came in, for the log and the audit: `trigger`, `ssh`, `reverse`, `agent`, `host`
 * @param context what came with it
 */
public record UncheckedCall(
        QubeName caller,
        Optional<String> requestedSource,
        String target,
        String service,
        String door,
        CallContext context) {
    /** One that begins here. */
    public UncheckedCall(
            QubeName caller, Optional<String> requestedSource, String target, String service, String door) {
        this(caller, requestedSource, target, service, door, CallContext.NONE);
    }
}
