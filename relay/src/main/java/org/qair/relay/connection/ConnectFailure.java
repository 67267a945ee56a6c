package org.qair.relay.connection;

import java.io.IOException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;

/** Why there is no connection to a peer; the message names the peer. */
public final class ConnectFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /** How far it got. */
    public enum Stage {
        /** Its settings do not say how to reach it. */
        ROUTE,
        /** There is no key to log in with. */
        IDENTITY,
        /** The host name has no address. */
        ADDRESS,
        /** Nothing answers at the address. */
        TCP,
        /** The far end shows a host key that is not pinned. */
        HOST_KEY,
        /** The far end does not accept the key. */
        KEY,
        /** The two ends did not come to terms otherwise, or the far end hung up. */
        SSH
    }

    private final Stage stage;

    public ConnectFailure(Stage stage, String message, Throwable cause) {
        super(message, cause);
        this.stage = stage;
    }

    public Stage stage() {
        return stage;
    }

    /** @param session the connection, when there was one */
    static Stage stage(Throwable failure, Optional<PeerSession> session) {
        if (session.isPresent() && session.get().isDistrusted()) {
            return Stage.HOST_KEY;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnknownHostException || cause instanceof UnresolvedAddressException) {
                return Stage.ADDRESS;
            }
            if (cause instanceof SshException refusal
                    && refusal.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE) {
                return Stage.KEY;
            }
        }
        return session.isPresent() ? Stage.SSH : Stage.TCP;
    }
}
