package org.qair.host;

/** A source that is not proven as its RemoteVM's properties want it; the message says how and is for the log. */
final class UnprovenException extends Exception {
    private static final long serialVersionUID = 1L;

    UnprovenException(String message) {
        super(message);
    }
}
