package org.qair.policy;

/** The refusal of a name, service or argument that no rule could be about; its message names the byte that is wrong. */
public final class InvalidNameException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    InvalidNameException(String message) {
        super(message);
    }
}
