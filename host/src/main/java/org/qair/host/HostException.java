package org.qair.host;

/** Why a host does not start; the message says what to do. */
public final class HostException extends Exception {
    private static final long serialVersionUID = 1L;

    HostException(String message) {
        super(message);
    }
}
