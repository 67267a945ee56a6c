package org.qair.host.daemon;

/** The refusal of a question that is not in the format; its asker gets no answer. */
public final class MalformedQuestionException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedQuestionException(String message) {
        super(message);
    }
}
