package org.qair.channel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** What getsockopt(2) says of a socket, where the JDK has no name for it or asks for more. */
@SuppressWarnings("restricted") // getsockopt(2) is all that is called
final class SocketOption {
    private static final int SOL_SOCKET = 1;
    private static final MethodHandle GETSOCKOPT = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("getsockopt"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));

    private SocketOption() {}

    /** Fills {@code value} with an option of the socket itself; false when the kernel has nothing to say. */
    static boolean read(int descriptor, int option, MemorySegment value) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocateFrom(JAVA_INT, Math.toIntExact(value.byteSize()));
            return (int) GETSOCKOPT.invokeExact(descriptor, SOL_SOCKET, option, value, size) == 0;
        } catch (Throwable failure) {
            throw new IOException("getsockopt failed", failure);
        }
    }
}
