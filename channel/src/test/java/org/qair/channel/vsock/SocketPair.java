package org.qair.channel.vsock;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;

/** Two connected sockets of the C library's that do not block, each under a channel: what AF_VSOCK gives where there is a guest. */
record SocketPair(SocketChannel one, SocketChannel other) implements AutoCloseable {
    private static final int UNIX = 1;
    private static final int STREAM_NONBLOCK_CLOEXEC = 1 | 0x800 | 0x80000;
    private static final SystemCall SOCKETPAIR = new SystemCall("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final SystemCall CLOSE = new SystemCall("close", JAVA_INT);

    static SocketPair open() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment two = arena.allocate(JAVA_INT, 2);
            if (SOCKETPAIR.call(UNIX, STREAM_NONBLOCK_CLOEXEC, 0, two).failed()) {
                throw new IOException("socketpair");
            }
            return new SocketPair(adopt(two.getAtIndex(JAVA_INT, 0)), adopt(two.getAtIndex(JAVA_INT, 1)));
        }
    }

    private static SocketChannel adopt(int descriptor) throws IOException {
        SocketChannel channel = AdoptedSocket.of(descriptor);
        CLOSE.call(descriptor);
        return channel;
    }

    @Override
    public void close() throws IOException {
        one.close();
        other.close();
    }
}
