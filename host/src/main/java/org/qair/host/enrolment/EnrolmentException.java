package org.qair.host.enrolment;

/** Why hosts could not be enrolled or parted; the message says what to do next. */
public final class EnrolmentException extends Exception {
    private static final long serialVersionUID = 1L;

    public EnrolmentException(String message) {
        super(message);
    }

    public EnrolmentException(String message, Throwable cause) {
        super(message, cause);
    }
}
