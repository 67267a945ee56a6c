package org.qair.relay.reverse;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.sshd.common.session.Session;
import org.qair.call.CallException;
import org.qair.call.Switchboard;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.relay.incoming.CallCounts;
import org.qair.relay.incoming.CallDoor;
import org.qair.relay.incoming.RelayLimits;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoutes;
import org.qair.relay.stream.WindowBudget;

/** Where the calls come in that one peer makes back, whichever way it does. */
record ReverseDoor(
        Peer peer, CallsBack back, RemoteRoutes routes, Switchboard switchboard, WindowBudget budget, CallCounts counts)
        implements CallDoor {
    private static final int CALLS_PER_RELAY = RelayLimits.DEFAULT.calls();

    /**
     * Which RemoteVM a caller is on a machine with OpenSSH alone. No policy judged it there: it is one that is at this peer, and
     * never the relay.
     *
     * @param claimed whom it says that it is, not checked; may be empty where there is no choice
     * @throws CallException.Refused when that one is not at this peer, or it must be said
     */
    String sourceOf(String claimed) throws CallException {
        List<String> here = routes.at(back.relay(), peer).stream()
                .map(QubeName::value)
                .sorted()
                .toList();
        if (here.contains(claimed)) {
            return claimed;
        }
        if (!claimed.isEmpty()) {
            throw new CallException.Refused("its source `%s` is no RemoteVM of relay `%s` at this peer"
                    .formatted(Printable.line(claimed), back.relay()));
        }
        return switch (here.size()) {
            case 0 ->
                throw new CallException.Refused("relay `%s` has no RemoteVM at this peer".formatted(back.relay()));
            case 1 -> here.getFirst();
            default ->
                throw new CallException.Refused("it must say which it is (`--source-qube`): %s"
                        .formatted(here.stream().map("`%s`"::formatted).collect(Collectors.joining(", "))));
        };
    }

    @Override
    public String name() {
        return "reverse";
    }

    @Override
    public Optional<QubeName> relay(Session session) {
        return Optional.of(back.relay());
    }

    @Override
    public WindowBudget windows(Session session) {
        return budget;
    }

    @Override
    public boolean callBegins(QubeName relay) {
        return counts.begin(relay, CALLS_PER_RELAY);
    }

    @Override
    public void callEnded(QubeName relay) {
        counts.end(relay);
    }
}
