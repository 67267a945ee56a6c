package org.qair.call;

import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/**
 * A call that policy has allowed, as the service that it reaches sees it.
 *
 * @param source the qube that policy judged it as coming from
 * @param via the relay that spoke for the source, when one did
 * @param requestedTarget the target that the caller asked for, as policy judged it: {@code @default} when there is no such qube
 * @param target the qube that the service runs in
 * @param service service with argument; for a call to a relay, the rewritten one
 * @param user the Unix user to run as; absent for the target's own
 * @param context what travels with it when it is relayed; without a statement when it is not
 * @param proof for a source that a relay spoke for: {@code verified} or {@code relay}
 */
public record Call(
        CallId id,
        QubeName source,
        Optional<QubeName> via,
        RequestedTarget requestedTarget,
        QubeName target,
        ServiceName service,
        Optional<String> user,
        CallContext context,
        Optional<String> proof) {
    /** One that begins here. */
    public Call(
            CallId id,
            QubeName source,
            Optional<QubeName> via,
            RequestedTarget requestedTarget,
            QubeName target,
            ServiceName service,
            Optional<String> user) {
        this(id, source, via, requestedTarget, target, service, user, CallContext.NONE, Optional.empty());
    }

    /** The same call with what travels with it. */
    public Call with(CallContext other) {
        return new Call(id, source, via, requestedTarget, target, service, user, other, proof);
    }
}
