package org.qair.channel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.channels.SocketChannel;

/**
 * The numbers of the process at the other end of a Unix socket, as the kernel noted them when it connected or listened: unix(7),
 * {@code SO_PEERCRED}. To be asked for only where {@link HangupWatch#isAvailable}.
 *
 * @param pid 0 for a process that this one cannot see
 */
@SuppressWarnings("restricted") // getsockopt(2) is all that is called
record PeerCredentials(int pid, int uid, int gid) {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int BYTES = 3 * Integer.BYTES;
    private static final MethodHandle GETSOCKOPT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("getsockopt"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    static PeerCredentials of(SocketChannel connected) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(BYTES, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, BYTES);
            int result = (int) GETSOCKOPT.invokeExact(
                    HangupWatch.descriptor(connected), SOL_SOCKET, SO_PEERCRED, credentials, size);
            if (result != 0) {
                throw new IOException("getsockopt failed");
            }
            return new PeerCredentials(
                    credentials.getAtIndex(JAVA_INT, 0),
                    credentials.getAtIndex(JAVA_INT, 1),
                    credentials.getAtIndex(JAVA_INT, 2));
        } catch (IOException failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new IOException("getsockopt failed", failure);
        }
    }
}
