package org.qair.call;

/** The exit codes that qrexec gives a meaning; others are the service's own. */
public final class ExitCodes {
    /** A problem of qrexec itself. */
    public static final int FAILED = 125;

    /** Refused. */
    public static final int REFUSED = 126;

    /** The service was not found. */
    public static final int NOT_FOUND = 127;

    /** Added to the number of the signal that ended a service. */
    public static final int SIGNAL_BASE = 128;

    private ExitCodes() {}
}
