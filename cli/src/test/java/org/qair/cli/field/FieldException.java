package org.qair.cli.field;

/** An exception that the Admin API answered with, as the tools raise it. */
final class FieldException extends Exception {
    private static final long serialVersionUID = 1L;

    /** What the tools make of an answer without a byte. */
    static final String NO_ANSWER = "QubesDaemonAccessError";

    private final String type;

    FieldException(String type, String message) {
        super(message);
        this.type = type;
    }

    String type() {
        return type;
    }
}
