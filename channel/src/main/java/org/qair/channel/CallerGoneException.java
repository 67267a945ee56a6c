package org.qair.channel;

import java.io.IOException;

/** That the peer of a data channel has closed it: each call ends so, which is why it has no stack trace, the dearest part of one. */
final class CallerGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    CallerGoneException() {
        super("the caller is gone");
    }

    CallerGoneException(Throwable cause) {
        super("the caller is gone", cause);
    }

    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
