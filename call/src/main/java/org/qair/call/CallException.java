package org.qair.call;

/**
 * A call that ended without an exit code of the service. The message is for the host's log and audit; the caller sees
 * {@link #exitCode} alone.
 */
public abstract sealed class CallException extends Exception {
    private static final long serialVersionUID = 1L;

    private CallException(String message, Throwable cause) {
        super(message, cause);
    }

    private CallException(String message) {
        super(message);
    }

    /** What the caller's program exits with: 125, 126 or 127. */
    public abstract int exitCode();

    /** 126: policy, or a check before it, refused the call. */
    public static final class Refused extends CallException {
        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }

        @Override
        public int exitCode() {
            return ExitCodes.REFUSED;
        }
    }

    /** 127: allowed, but the target has no such service. */
    public static final class NotFound extends CallException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super(message);
        }

        @Override
        public int exitCode() {
            return ExitCodes.NOT_FOUND;
        }
    }

    /** 125: it had begun, and what became of it is not known here. */
    public static final class Lost extends CallException {
        private static final long serialVersionUID = 1L;

        public Lost(String message) {
            super(message);
        }

        @Override
        public int exitCode() {
            return ExitCodes.FAILED;
        }
    }

    /** 125: allowed, but it could not be carried out or was lost on the way. */
    public static final class Failed extends CallException {
        private static final long serialVersionUID = 1L;

        public Failed(String message) {
            super(message);
        }

        public Failed(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public int exitCode() {
            return ExitCodes.FAILED;
        }
    }
}
