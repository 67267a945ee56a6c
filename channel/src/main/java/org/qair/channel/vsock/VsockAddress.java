package org.qair.channel.vsock;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One end of a connection between virtual machines, {@code struct sockaddr_vm} of vsock(7). Both numbers are unsigned 32-bit.
 *
 * @param cid the machine: 2 is the host, a guest's is 3 or more, 1 the machine itself where the kernel has {@code vsock_loopback}
 */
record VsockAddress(int cid, int port) {
    /** Bytes of {@code sockaddr_vm}. */
    static final int SIZE = 16;

    /** Where a server listens for every machine. */
    static final int ANY_CID = -1;

    /** A port that the kernel chooses. */
    static final int ANY_PORT = -1;

    /** The lowest port that any process may bind; those below it are root's ({@code CAP_NET_BIND_SERVICE}). */
    static final int FIRST_UNPRIVILEGED = 1024;

    private static final short FAMILY = 40;
    private static final long PORT = 4;
    private static final long CID = 8;

    /** Writes it as the kernel reads it. */
    void put(MemorySegment to) {
        to.fill((byte) 0);
        to.set(ValueLayout.JAVA_SHORT, 0, FAMILY);
        to.set(ValueLayout.JAVA_INT, PORT, port);
        to.set(ValueLayout.JAVA_INT, CID, cid);
    }

    /** Reads it as the kernel wrote it. */
    static VsockAddress get(MemorySegment from) {
        return new VsockAddress(from.get(ValueLayout.JAVA_INT, CID), from.get(ValueLayout.JAVA_INT, PORT));
    }

    /** Whether only a privileged process can have that port. */
    boolean isPrivileged() {
        return Integer.compareUnsigned(port, FIRST_UNPRIVILEGED) < 0;
    }

    @Override
    public String toString() {
        return "CID " + Integer.toUnsignedString(cid) + " port " + Integer.toUnsignedString(port);
    }
}
