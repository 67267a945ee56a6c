package org.qair.client;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Standard input as a socket that takes output too ({@code --use-stdin-socket}). Closing it ends that direction alone. */
@SuppressWarnings("restricted")
final class StdinSocket extends FileOutputStream {
    private static final int SOL_SOCKET = 1;
    private static final int SO_TYPE = 3;
    private static final int SOCK_STREAM = 1;
    private static final int SHUT_WR = 1;

    private StdinSocket() {
        super(FileDescriptor.in);
    }

    static StdinSocket open() throws UsageException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment type = arena.allocate(JAVA_INT);
            MemorySegment size = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            int failed = (int) function("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS)
                    .invokeExact(0, SOL_SOCKET, SO_TYPE, type, size);
            if (failed != 0 || type.get(JAVA_INT, 0) != SOCK_STREAM) {
                throw new UsageException("--use-stdin-socket, but standard input is no stream socket");
            }
            return new StdinSocket();
        } catch (UsageException refused) {
            throw refused;
        } catch (Throwable failure) {
            throw new LinkageError("getsockopt", failure);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            int ignored = (int) function("shutdown", JAVA_INT, JAVA_INT).invokeExact(0, SHUT_WR);
        } catch (Throwable failure) {
            throw new IOException("shutdown of standard input failed", failure);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }
}
