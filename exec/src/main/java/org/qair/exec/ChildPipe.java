package org.qair.exec;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A pipe between this process and one that it starts. The JDK's own streams of a process copy each byte twice more, and cannot be closed
 * under a thread that waits in them. Closing it ends both directions here, and whoever waits.
 */
@SuppressWarnings("restricted") // pipe2(2), fcntl(2) and close(2) are all that is called
final class ChildPipe implements ByteChannel {
    private static final int CLOEXEC = 0x80000;
    private static final int SET_SIZE = 1031;
    private static final MethodHandle PIPE = function("pipe2", ADDRESS, JAVA_INT);
    private static final MethodHandle CLOSE = function("close", JAVA_INT);
    private static final MethodHandle CONTROL = control();

    private final FileChannel ours;
    private final int descriptor;
    private int theirs;
    private boolean closed;

    private ChildPipe(FileChannel ours, int descriptor, int theirs) {
        this.ours = ours;
        this.descriptor = descriptor;
        this.theirs = theirs;
    }

    /** One that this process writes. */
    static ChildPipe toChild() throws IOException {
        return open(1, StandardOpenOption.WRITE);
    }

    /** One that this process reads. */
    static ChildPipe fromChild() throws IOException {
        return open(0, StandardOpenOption.READ);
    }

    private static ChildPipe open(int ourEnd, OpenOption direction) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(JAVA_INT, 2);
            if ((int) PIPE.invokeExact(ends, CLOEXEC) != 0) {
                throw new IOException("pipe2 failed: too many open files?");
            }
            int our = ends.getAtIndex(JAVA_INT, ourEnd);
            int their = ends.getAtIndex(JAVA_INT, 1 - ourEnd);
            try {
                return new ChildPipe(FileChannel.open(path(our), direction), our, their);
            } catch (IOException | RuntimeException failure) {
                close(their);
                close(our);
                throw failure;
            }
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new LinkageError("pipe2", failure);
        }
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    private static MethodHandle control() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("fcntl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
    }

    private static Path path(int descriptor) {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    private static void close(int descriptor) {
        try {
            int ignored = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable failure) {
            throw new LinkageError("close", failure);
        }
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        return ours.read(into);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        return ours.write(from);
    }

    @Override
    public boolean isOpen() {
        return ours.isOpen();
    }

    /** The child's end, for as long as it is not let go. */
    File theirs() {
        return path(theirs).toFile();
    }

    /** Lets go of the child's end, which the child has by now. */
    synchronized void letGo() {
        if (theirs >= 0) {
            close(theirs);
            theirs = -1;
        }
    }

    /** Lets it hold that many bytes; where the system's limits forbid it, as many as before. */
    synchronized void resize(int bytes) {
        try {
            int ignored = closed ? 0 : (int) CONTROL.invokeExact(descriptor, SET_SIZE, bytes);
        } catch (Throwable failure) {
            throw new LinkageError("fcntl", failure);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        letGo();
        if (!closed) {
            closed = true;
            close(descriptor);
        }
        ours.close();
    }
}
