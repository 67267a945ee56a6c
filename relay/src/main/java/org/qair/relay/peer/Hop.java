package org.qair.relay.peer;

import org.qair.relay.keys.HostTrust;
import org.qair.relay.keys.Login;

/**
 * One SSH server on the way to a peer; the last is the peer itself, those before it forward to the next.
 *
 * @param host address or host name, as the hop before it knows it
 * @param user the SSH user; a Qair endpoint does not look at it
 */
public record Hop(String host, int port, String user, HostTrust trust, Login login, HopOptions options) {
    private static final int HIGHEST_PORT = 65_535;

    public Hop {
        if (host.isEmpty() || host.startsWith("-") || user.isEmpty()) {
            throw new IllegalArgumentException("an SSH server needs a host and a user");
        }
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("`%s` has port %d".formatted(host, port));
        }
    }

    /** With the usual options. */
    public Hop(String host, int port, String user, HostTrust trust, Login login) {
        this(host, port, user, trust, login, HopOptions.USUAL);
    }

    /** Its address, for messages. */
    @Override
    public String toString() {
        return "%s@%s:%d".formatted(user, host, port);
    }
}
