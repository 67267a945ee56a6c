package org.qair.registry.admin;

/** A call that makes no sense; it is answered with nothing. */
final class MalformedCallException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedCallException(String message) {
        super(message);
    }
}
