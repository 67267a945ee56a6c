package org.qair.policy;

import java.util.Optional;
import org.qair.policy.Decision.RelayedCall;

/** How a call to a RemoteVM becomes a call to its relay. */
sealed interface Relaying {
    /** This call to the relay takes its place. */
    record Through(RelayedCall call) implements Relaying {}

    /** The RemoteVM cannot be reached. */
    record Impossible(String reason) implements Relaying {}

    static Relaying of(Snapshot snapshot, Qube remote, ServiceName service) {
        if (remote.relayvm().isEmpty()) {
            return impossible(remote, "has no relayvm");
        }
        if (remote.transportRpc().isEmpty()) {
            return impossible(remote, "has no transport_rpc");
        }
        QubeName relay = remote.relayvm().get();
        Optional<Party> found = snapshot.find(relay);
        if (found.isEmpty()) {
            return impossible(remote, "has the relayvm `" + relay + "`, which does not exist");
        }
        if (found.get().qube().type() == QubeType.RemoteVM) {
            return impossible(remote, "has the relayvm `" + relay + "`, which is a RemoteVM itself");
        }
        return through(remote, relay, remote.transportRpc().get(), service);
    }

    private static Relaying through(Qube remote, QubeName relay, String transport, ServiceName service) {
        String argument = remote.name() + "+" + service;
        int length = transport.length() + 1 + argument.length();
        if (length > ServiceName.MAX_LENGTH) {
            return impossible(
                    remote,
                    "cannot be called with it: the call to its relay has %d bytes, the limit is %d"
                            .formatted(length, ServiceName.MAX_LENGTH));
        }
        try {
            return new Through(new RelayedCall(relay, new ServiceName(transport, Optional.of(argument))));
        } catch (InvalidNameException invalid) {
            return impossible(remote, "has a transport_rpc that is no service: " + invalid.getMessage());
        }
    }

    private static Impossible impossible(Qube remote, String why) {
        return new Impossible("RemoteVM `%s` %s".formatted(remote.name(), why));
    }
}
