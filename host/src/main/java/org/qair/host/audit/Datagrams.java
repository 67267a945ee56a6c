package org.qair.host.audit;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/** Datagrams to a Unix socket, which the JDK has no class for. Sending never waits. Safe for use by many threads. */
@SuppressWarnings("restricted") // socket(2), sendto(2) and close(2) are all that is called
final class Datagrams implements AutoCloseable {
    private static final short AF_UNIX = 1;
    private static final int DATAGRAM_CLOEXEC = 2 | 0x80000;
    private static final int DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
    private static final int LONGEST_PATH = 107;

    private final ReentrantLock lock = new ReentrantLock();
    private final MethodHandle sendto =
            function("sendto", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT);
    private final byte[] path;
    private int descriptor;

    private Datagrams(byte[] path, int descriptor) {
        this.path = path;
        this.descriptor = descriptor;
    }

    /** @throws IOException when the path is too long or the system has no more sockets */
    static Datagrams to(Path receiver) throws IOException {
        byte[] path = receiver.toString().getBytes(StandardCharsets.UTF_8);
        if (path.length > LONGEST_PATH) {
            throw new IOException("`%s` has %d bytes, a Unix socket's path at most %d"
                    .formatted(receiver, path.length, LONGEST_PATH));
        }
        try {
            int descriptor = (int) function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT)
                    .invokeExact((int) AF_UNIX, DATAGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new IOException("no socket for datagrams to `%s`".formatted(receiver));
            }
            return new Datagrams(path, descriptor);
        } catch (IOException | RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new LinkageError("socket(2)", impossible);
        }
    }

    private static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments));
    }

    /** Whether the receiver took it. */
    boolean send(byte[] bytes) {
        lock.lock();
        try (Arena arena = Arena.ofConfined()) {
            if (descriptor < 0) {
                return false;
            }
            MemorySegment address = arena.allocate(Short.BYTES + path.length + 1L, Short.BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, AF_UNIX);
            MemorySegment.copy(path, 0, address, JAVA_BYTE, Short.BYTES, path.length);
            MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
            long sent = (long) sendto.invokeExact(
                    descriptor, data, (long) bytes.length, DONTWAIT_NOSIGNAL, address, (int) address.byteSize());
            return sent == bytes.length;
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new LinkageError("sendto(2)", impossible);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (descriptor >= 0) {
                int ignored = (int) function("close", JAVA_INT, JAVA_INT).invokeExact(descriptor);
                descriptor = -1;
            }
        } catch (RuntimeException | Error failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new LinkageError("close(2)", impossible);
        } finally {
            lock.unlock();
        }
    }
}
