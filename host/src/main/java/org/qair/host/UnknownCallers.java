package org.qair.host;

import java.util.Optional;
import java.util.function.Supplier;
import org.qair.policy.Request;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;

/**
 * Where a relay names a source that no qube here has the name of: it stays so, and is refused, or the relay's property
 * {@code unknown_source} says as which RemoteVM such calls are judged. A name that somebody here has is never taken for unknown.
 */
final class UnknownCallers {
    private final Supplier<RegistrySnapshot> registry;

    UnknownCallers(Supplier<RegistrySnapshot> registry) {
        this.registry = registry;
    }

    /** The request as it is to be judged. */
    Request known(Request request) {
        RegistrySnapshot now = registry.get();
        if (request.requestedSource().flatMap(now::find).isPresent()
                || request.requestedSource().isEmpty()) {
            return request;
        }
        return now.find(request.caller())
                .flatMap(QubeRecord::unknownSource)
                .map(stand -> new Request(request.caller(), Optional.of(stand), request.target(), request.service()))
                .orElse(request);
    }
}
