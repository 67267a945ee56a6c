package org.qair.host.daemon;

import java.util.Optional;
import java.util.UUID;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.SystemInfo;

/**
 * An allow in the terms of the field's policy daemon: what is to be called, for a RemoteVM the relay.
 *
 * @param user the Unix user to run as; absent for the target's default
 * @param target a qube's name, or {@code @dispvm:NAME}
 * @param targetUuid {@code uuid:…} or {@code @dispvm:uuid:…}
 * @param requestedTarget what the caller asked for, {@code @default} when that does not exist
 * @param service what takes the place of the service that was asked for, when the target is a RemoteVM
 * @param policySource the source that was judged, when the caller spoke for another
 */
public record AllowFields(
        Optional<String> user,
        String target,
        Optional<String> targetUuid,
        boolean autostart,
        String requestedTarget,
        Optional<String> service,
        Optional<String> policySource) {
    /** Those of a decision about {@code request} in {@code system}. */
    public static AllowFields of(SystemInfo system, Request request, Decision.Allow allow) {
        Destination called = allow.relayed()
                .<Destination>map(relayed -> new Destination.Existing(relayed.relay()))
                .orElse(allow.destination());
        return new AllowFields(
                allow.user(),
                called.toString(),
                uuid(system, called),
                allow.autostart(),
                judged(system, request.target()).toString(),
                allow.relayed().map(relayed -> relayed.service().toString()),
                request.requestedSource().map(claimed -> allow.source().value()));
    }

    /** A target as policy judged it: one that does not exist as {@code @default}. */
    public static RequestedTarget judged(SystemInfo system, RequestedTarget target) {
        boolean missing = switch (target) {
            case RequestedTarget.Named named -> system.find(named.name()).isEmpty();
            case RequestedTarget.Identified identified ->
                system.find(identified.uuid()).isEmpty();
            default -> false;
        };
        return missing ? new RequestedTarget.Default() : target;
    }

    private static Optional<String> uuid(SystemInfo system, Destination destination) {
        return switch (destination) {
            case Destination.Existing(QubeName name)
            when name.equals(QubeName.DOM0) -> Optional.of("uuid:" + new UUID(0, 0));
            case Destination.Existing(QubeName name) ->
                system.find(name).map(Qube::uuid).map(uuid -> "uuid:" + uuid);
            case Destination.NewDisposable(QubeName template) ->
                system.find(template).map(Qube::uuid).map(uuid -> "@dispvm:uuid:" + uuid);
        };
    }
}
