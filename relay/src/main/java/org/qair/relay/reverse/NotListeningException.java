package org.qair.relay.reverse;

import java.io.IOException;

/** A far {@code sshd} does not listen for us, and it is known why. */
final class NotListeningException extends IOException {
    private static final long serialVersionUID = 1L;

    private final FarSocket.Fault fault;

    NotListeningException(FarSocket.Fault fault, String message) {
        super(message);
        this.fault = fault;
    }

    static FarSocket.Refused refused(Exception failure) {
        return new FarSocket.Refused(
                failure instanceof NotListeningException known ? known.fault : FarSocket.Fault.OTHER,
                String.valueOf(failure.getMessage()));
    }
}
