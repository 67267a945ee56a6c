package org.qair.host.limits;

/** A call that is one too many; the message says of what and is fit for a log. */
public final class OverLimitException extends Exception {
    private static final long serialVersionUID = 1L;

    OverLimitException(String message) {
        super(message);
    }
}
