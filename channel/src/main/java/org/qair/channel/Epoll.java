package org.qair.channel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of epoll(7), for one event a descriptor; {@code EPOLLHUP} is one that need not be asked for. */
@SuppressWarnings("restricted")
final class Epoll {
    /** Only what is always told: an error, or a hang-up in both directions. */
    static final int HANGUP = 0;

    /** That the other end has shut its writing side down, too. */
    static final int HALF_HANGUP = 0x2000;

    /** That something can be read or accepted. */
    static final int READABLE = 1;

    /** That something can be written, or a connection has been made. */
    static final int WRITABLE = 4;

    private static final int SO_DOMAIN = 39;
    private static final int AF_VSOCK = 40;
    private static final int CLOEXEC = 0x80000;
    private static final int ADD = 1;
    private static final int REMOVE = 2;
    private static final int ONESHOT = 1 << 30;
    private static final int EVENTS = 64;

    // packed on x86-64 alone: the kernel keeps the 32-bit layout there
    private static final boolean PACKED = System.getProperty("os.arch", "").equals("amd64");
    private static final long DATA_OFFSET = PACKED ? 4 : 8;
    private static final long EVENT_SIZE = PACKED ? 12 : 16;
    private static final ValueLayout.OfLong DATA = ValueLayout.JAVA_LONG_UNALIGNED;

    private final MethodHandle control;
    private final MethodHandle wait;
    private final int descriptor;
    private final MemorySegment events = Arena.ofAuto().allocate(EVENT_SIZE * EVENTS, 8);

    Epoll() throws IOException {
        control = function("epoll_ctl", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
        wait = function("epoll_wait", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
        try {
            descriptor = (int) function("epoll_create1", JAVA_INT).invokeExact(CLOEXEC);
        } catch (Throwable failure) {
            throw new IOException("epoll_create1 failed", failure);
        }
        if (descriptor < 0) {
            throw new IOException("epoll_create1 failed");
        }
    }

    private static MethodHandle function(String name, MemoryLayout... arguments) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
    }

    /** How the end of a peer shows on a socket: on AF_VSOCK the first half of a hang-up is all that is told of it. */
    int endOf(int socket) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment family = arena.allocate(JAVA_INT);
            return SocketOption.read(socket, SO_DOMAIN, family) && family.get(JAVA_INT, 0) == AF_VSOCK
                    ? HALF_HANGUP
                    : HANGUP;
        }
    }

    /** Watches a file descriptor once for one kind of event, until it is removed or closed. */
    void add(int watched, long token, int events) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_SIZE, 8);
            event.set(JAVA_INT, 0, ONESHOT | events);
            event.set(DATA, DATA_OFFSET, token);
            if (control(ADD, watched, event) != 0) {
                throw new IOException("epoll_ctl failed for descriptor %d".formatted(watched));
            }
        }
    }

    /** Stops watching; no matter when it is not watched. */
    void remove(int watched) throws IOException {
        control(REMOVE, watched, MemorySegment.NULL);
    }

    private int control(int operation, int watched, MemorySegment event) throws IOException {
        try {
            return (int) control.invokeExact(descriptor, operation, watched, event);
        } catch (Throwable failure) {
            throw new IOException("epoll_ctl failed", failure);
        }
    }

    /** Waits for events, for one thread. Returns the tokens of those that had theirs; none after a signal. */
    long[] await() throws IOException {
        int count;
        try {
            count = (int) wait.invokeExact(descriptor, events, EVENTS, -1);
        } catch (Throwable failure) {
            throw new IOException("epoll_wait failed", failure);
        }
        long[] tokens = new long[Math.max(count, 0)];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = events.get(DATA, i * EVENT_SIZE + DATA_OFFSET);
        }
        return tokens;
    }
}
