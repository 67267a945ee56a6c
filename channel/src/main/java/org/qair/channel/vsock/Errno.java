package org.qair.channel.vsock;

/** The numbers of Linux that are told apart here; they are the same on every machine that a JVM of version 25 runs on. */
final class Errno {
    static final int EAGAIN = 11;
    static final int ENODEV = 19;
    static final int EADDRINUSE = 98;
    static final int ENETUNREACH = 101;
    static final int ECONNABORTED = 103;
    static final int ECONNRESET = 104;
    static final int ETIMEDOUT = 110;
    static final int ECONNREFUSED = 111;
    static final int EHOSTUNREACH = 113;
    static final int EINPROGRESS = 115;

    private Errno() {}

    /** Whether it says of a connection that nobody is there, who may come yet. */
    static boolean isAbsence(int errno) {
        return switch (errno) {
            case ENODEV, ENETUNREACH, ECONNRESET, ETIMEDOUT, ECONNREFUSED, EHOSTUNREACH -> true;
            default -> false;
        };
    }
}
