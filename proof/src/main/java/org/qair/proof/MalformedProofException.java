package org.qair.proof;

/** Bytes from a peer are no statement, or no protected stream. The message says what is wrong and is fit for a log. */
public final class MalformedProofException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedProofException(String message) {
        super(message);
    }

    MalformedProofException(String message, Throwable cause) {
        super(message, cause);
    }
}
