package org.qair.channel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;

/**
 * The numbers of the process at the other end of a Unix socket, as the kernel noted them when it connected or listened: unix(7),
 * {@code SO_PEERCRED}. To be asked for only where {@link HangupWatch#isAvailable}.
 *
 * @param pid 0 for a process that this one cannot see
 */
record PeerCredentials(int pid, int uid, int gid) {
    private static final int SO_PEERCRED = 17;

    static PeerCredentials of(SocketChannel connected) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment numbers = arena.allocate(JAVA_INT, 3);
            if (!SocketOption.read(HangupWatch.descriptor(connected), SO_PEERCRED, numbers)) {
                throw new IOException("getsockopt failed");
            }
            return new PeerCredentials(
                    numbers.getAtIndex(JAVA_INT, 0), numbers.getAtIndex(JAVA_INT, 1), numbers.getAtIndex(JAVA_INT, 2));
        }
    }
}
