package org.qair.channel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process at the other end of a Unix socket, as the kernel noted it when it connected or listened: unix(7), {@code SO_PEERCRED}. */
@SuppressWarnings("restricted")
public final class PeerProcess {
    private static final int SOL_SOCKET = 1;
    private static final int SO_PEERCRED = 17;
    private static final int CREDENTIALS = 3 * Integer.BYTES; // pid, uid, gid
    private static final Path OWN_FILES = Path.of("/proc/self/ns/mnt");

    private PeerProcess() {}

    /**
     * Whether it has the files of this process, and so its accounts: it is in no container of its own. False when that cannot be told: where
     * {@link HangupWatch#isAvailable} is false, and of a process that is gone or another user's.
     */
    public static boolean sharesFiles(SocketChannel connected) {
        if (!HangupWatch.isAvailable()) {
            return false;
        }
        try {
            Path files = Path.of("/proc", Integer.toString(pid(connected)), "ns", "mnt");
            return Files.readSymbolicLink(files).equals(Files.readSymbolicLink(OWN_FILES));
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Its number; 0 for one that this process cannot see. */
    private static int pid(SocketChannel connected) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(CREDENTIALS, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, CREDENTIALS);
            int result = (int) Linker.nativeLinker()
                    .downcallHandle(
                            Linker.nativeLinker().defaultLookup().findOrThrow("getsockopt"),
                            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS))
                    .invokeExact(HangupWatch.descriptor(connected), SOL_SOCKET, SO_PEERCRED, credentials, size);
            return result == 0 ? credentials.get(JAVA_INT, 0) : 0;
        } catch (Throwable failure) {
            throw new IOException("getsockopt failed", failure);
        }
    }
}
