package org.qair.channel.vsock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.qair.channel.vsock.SystemCall.Result;

/** A stream socket of the family AF_VSOCK whose calls never block. Closing it twice is harmless; what happened is told by its users. */
final class VsockSocket implements Closeable {
    private static final int FAMILY = 40;
    private static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final int NONBLOCK_CLOEXEC = 0x800 | 0x80000;
    private static final int SOL_SOCKET = 1;
    private static final int SO_ERROR = 4;

    private static final SystemCall SOCKET = new SystemCall("socket", JAVA_INT, JAVA_INT, JAVA_INT);
    private static final SystemCall BIND = new SystemCall("bind", JAVA_INT, ADDRESS, JAVA_INT);
    private static final SystemCall LISTEN = new SystemCall("listen", JAVA_INT, JAVA_INT);
    private static final SystemCall ACCEPT = new SystemCall("accept4", JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    private static final SystemCall CONNECT = new SystemCall("connect", JAVA_INT, ADDRESS, JAVA_INT);
    private static final SystemCall GETSOCKNAME = new SystemCall("getsockname", JAVA_INT, ADDRESS, ADDRESS);
    private static final SystemCall GETPEERNAME = new SystemCall("getpeername", JAVA_INT, ADDRESS, ADDRESS);
    private static final SystemCall GETSOCKOPT =
            new SystemCall("getsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
    private static final SystemCall CLOSE = new SystemCall("close", JAVA_INT);

    private final int descriptor;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private VsockSocket(int descriptor) {
        this.descriptor = descriptor;
    }

    /** @throws IOException when this kernel has no AF_VSOCK */
    static VsockSocket open() throws IOException {
        Result made = SOCKET.call(FAMILY, STREAM_NONBLOCK_CLOEXEC, 0);
        if (made.failed()) {
            throw new IOException(
                    "this machine makes no AF_VSOCK socket: %s".formatted(SystemCall.words(made.errno())));
        }
        return new VsockSocket(made.value());
    }

    int descriptor() {
        return descriptor;
    }

    /**
     * Takes a port of this machine.
     *
     * @throws IOException when another socket has it, or this process may not have it
     */
    void bind(int port) throws IOException {
        if (!tryToBind(port)) {
            throw new BindException("vsock port %d is taken".formatted(port));
        }
    }

    /** Takes a port of this machine; false when another socket has it. */
    boolean tryToBind(int port) throws IOException {
        Result bound = withAddress(BIND, new VsockAddress(VsockAddress.ANY_CID, port));
        if (bound.errno() != Errno.EADDRINUSE) {
            check(bound, "vsock port %d cannot be taken".formatted(port));
        }
        return !bound.failed();
    }

    void listen() throws IOException {
        check(LISTEN.call(descriptor, 1), "cannot listen");
    }

    /** The next connection; empty while there is none. */
    Optional<VsockSocket> accept() throws IOException {
        Result accepted = ACCEPT.call(descriptor, MemorySegment.NULL, MemorySegment.NULL, NONBLOCK_CLOEXEC);
        if (accepted.errno() == Errno.EAGAIN || accepted.errno() == Errno.ECONNABORTED) {
            return Optional.empty();
        }
        check(accepted, "cannot accept a connection");
        return Optional.of(new VsockSocket(accepted.value()));
    }

    /** Begins to connect: 0 when that is done, else the {@code errno}, {@code EINPROGRESS} while it is not known. */
    int connect(VsockAddress to) {
        return withAddress(CONNECT, to).errno();
    }

    /** How connecting ended: 0, or an {@code errno}. */
    int error() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(JAVA_INT);
            MemorySegment size = arena.allocateFrom(JAVA_INT, Integer.BYTES);
            check(GETSOCKOPT.call(descriptor, SOL_SOCKET, SO_ERROR, value, size), "the socket is lost");
            return value.get(JAVA_INT, 0);
        }
    }

    VsockAddress local() throws IOException {
        return address(GETSOCKNAME);
    }

    /** The machine and the port at the other end, as the kernel knows them. */
    VsockAddress peer() throws IOException {
        return address(GETPEERNAME);
    }

    private VsockAddress address(SystemCall which) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(VsockAddress.SIZE, Integer.BYTES);
            MemorySegment size = arena.allocateFrom(JAVA_INT, VsockAddress.SIZE);
            check(which.call(descriptor, address, size), "the socket has no address");
            return VsockAddress.get(address);
        }
    }

    private Result withAddress(SystemCall which, VsockAddress address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(VsockAddress.SIZE, Integer.BYTES);
            address.put(bytes);
            return which.call(descriptor, bytes, VsockAddress.SIZE);
        }
    }

    private static void check(Result result, String what) throws IOException {
        if (result.failed()) {
            throw new IOException("%s: %s".formatted(what, SystemCall.words(result.errno())));
        }
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            CLOSE.call(descriptor);
        }
    }
}
