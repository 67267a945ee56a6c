package org.qair.cli.policy;

/** An input of a policy command that cannot be used; the message names it and what is wrong. */
final class UnusableInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnusableInputException(String message) {
        super(message);
    }
}
