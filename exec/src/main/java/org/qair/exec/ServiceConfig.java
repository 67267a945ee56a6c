package org.qair.exec;

import java.util.Optional;

/**
 * How one service is run: the field's {@code rpc-config}.
 *
 * @param forceUser who it runs as, whatever the call says
 * @param waitForSession whether it starts only when its user's session is there
 * @param skipDescriptor whether a socket receives the caller's bytes alone, not first who calls what
 * @param exitOnClientEof whether a socket's call ends when the caller half-closes
 * @param exitOnServiceEof whether a socket's call ends when the service half-closes
 */
record ServiceConfig(
        Optional<String> forceUser,
        boolean waitForSession,
        boolean skipDescriptor,
        boolean exitOnClientEof,
        boolean exitOnServiceEof) {
    /** What holds for a service without a file. */
    static final ServiceConfig NONE = new ServiceConfig(Optional.empty(), false, false, false, false);

    /** Whether it says something that holds for sockets alone. */
    boolean isForSockets() {
        return skipDescriptor || exitOnClientEof || exitOnServiceEof;
    }
}
