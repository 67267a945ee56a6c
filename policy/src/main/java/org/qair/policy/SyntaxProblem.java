package org.qair.policy;

/** What is wrong with a line, before its place is known. */
final class SyntaxProblem extends Exception {
    private static final long serialVersionUID = 1L;

    SyntaxProblem(String message) {
        super(message, null, false, false);
    }

    SyntaxProblem(InvalidNameException invalid) {
        this(String.valueOf(invalid.getMessage()));
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
