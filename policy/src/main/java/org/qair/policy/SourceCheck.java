package org.qair.policy;

import java.util.Optional;

/** Establishes whom a call is from: the caller, or the RemoteVM that the caller rightly speaks for. */
sealed interface SourceCheck {
    /** The call is judged as from {@code source}. */
    record Known(Party source) implements SourceCheck {}

    /** Nobody rightly makes this call. */
    record Unknown(String reason) implements SourceCheck {}

    static SourceCheck of(Snapshot snapshot, Request request) {
        Optional<Party> caller = snapshot.find(request.caller());
        if (caller.isEmpty()) {
            return new Unknown("source `%s` is no qube of this system".formatted(request.caller()));
        }
        return request.requestedSource().isEmpty()
                ? new Known(caller.get())
                : claimed(snapshot, request.caller(), request.requestedSource().get());
    }

    private static SourceCheck claimed(Snapshot snapshot, QubeName relay, QubeName claimed) {
        Optional<Party> found = snapshot.find(claimed);
        if (found.isEmpty()) {
            return refused(claimed, relay, "is no qube of this system");
        }
        Qube qube = found.get().qube();
        if (qube.type() != QubeType.RemoteVM) {
            return refused(claimed, relay, "is of type " + qube.type() + ", and only a RemoteVM is spoken for");
        }
        if (qube.relayvm().isEmpty()) {
            return refused(claimed, relay, "has no relayvm");
        }
        return qube.relayvm().get().equals(relay)
                ? new Known(found.get())
                : refused(claimed, relay, "has the relayvm `" + qube.relayvm().get() + "`");
    }

    private static Unknown refused(QubeName claimed, QubeName relay, String why) {
        return new Unknown("requested source `%s (via %s)` %s".formatted(claimed, relay, why));
    }
}
