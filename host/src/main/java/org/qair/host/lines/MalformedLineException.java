package org.qair.host.lines;

/** A line from a peer that is not what it should be; the message says what, and is for that peer. */
public final class MalformedLineException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedLineException(String message) {
        super(message);
    }
}
