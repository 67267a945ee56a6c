package org.qair.host;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.time.Duration;

/**
 * An exclusive {@code flock(2)} of a directory, the lock that the field's policy tools take. Java's own file locks are another kind
 * ({@code fcntl}), which that one does not see. Closing it, or the end of the process, gives it back.
 */
@SuppressWarnings("restricted")
final class DirectoryLock implements AutoCloseable {
    private static final int CLOEXEC = 0x80000;
    private static final int EXCLUSIVE = 2;
    private static final int NO_WAIT = 4;
    private static final int WOULD_BLOCK = 11;
    private static final long PAUSE_MILLIS = 20;

    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = function("open", ADDRESS, JAVA_INT);
    private static final MethodHandle FLOCK = function("flock", JAVA_INT, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT);

    private final int descriptor;

    private DirectoryLock(int descriptor) {
        this.descriptor = descriptor;
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name),
                FunctionDescriptor.of(JAVA_INT, arguments),
                Linker.Option.captureCallState("errno"));
    }

    /**
     * Takes the lock, and waits for it that long.
     *
     * @throws IOException when the directory cannot be opened, or somebody else has the lock all the time
     */
    static DirectoryLock take(Path directory, Duration patience) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        DirectoryLock lock = open(directory);
        try {
            while (!lock.tryLock(directory)) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("`%s` has been locked by another program for %d ms"
                            .formatted(directory, patience.toMillis()));
                }
                Thread.sleep(PAUSE_MILLIS);
            }
            return lock;
        } catch (IOException | InterruptedException failed) {
            lock.close();
            throw failed;
        }
    }

    private static DirectoryLock open(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(directory.toString()), CLOEXEC);
            if (descriptor < 0) {
                throw failed("open", directory, state);
            }
            return new DirectoryLock(descriptor);
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable failure) {
            throw new IOException("cannot open `%s`".formatted(directory), failure);
        }
    }

    private boolean tryLock(Path directory) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int result = (int) FLOCK.invokeExact(state, descriptor, EXCLUSIVE | NO_WAIT);
            if (result != 0 && (int) ERRNO.get(state, 0L) != WOULD_BLOCK) {
                throw failed("lock", directory, state);
            }
            return result == 0;
        } catch (IOException failed) {
            throw failed;
        } catch (Throwable failure) {
            throw new IOException("cannot lock `%s`".formatted(directory), failure);
        }
    }

    private static IOException failed(String what, Path directory, MemorySegment state) {
        return new IOException("cannot %s `%s`: error %d".formatted(what, directory, (int) ERRNO.get(state, 0L)));
    }

    @Override
    public void close() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) CLOSE.invokeExact(arena.allocate(STATE), descriptor);
        } catch (Throwable failure) {
            throw new IOException("cannot close a lock", failure);
        }
    }
}
