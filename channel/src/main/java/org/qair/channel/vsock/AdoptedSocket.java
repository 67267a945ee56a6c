package org.qair.channel.vsock;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.channel.HangupWatch;
import org.qair.channel.unix.UnixPaths;

/**
 * Puts a descriptor under a channel of the JDK's, so that reading, writing and closing it, and virtual threads that wait for it, are
 * the JDK's business. The JDK makes channels of its own families only: a channel is connected to a Unix socket of this process, then
 * {@code dup2(2)} exchanges what is behind its descriptor.
 */
final class AdoptedSocket {
    private static final SystemCall DUP2 = new SystemCall("dup2", JAVA_INT, JAVA_INT);
    private static final ReentrantLock CONNECTING = new ReentrantLock();

    private AdoptedSocket() {}

    /** A listening socket that gives channels their connected state. */
    private static final class Hatchery {
        private static final Path PATH = path();
        private static final ServerSocketChannel SERVER = server();

        private static Path path() {
            try {
                Path directory = Files.createTempDirectory("qair-vsock-");
                directory.toFile().deleteOnExit();
                Path path = directory.resolve("s");
                path.toFile().deleteOnExit();
                return path;
            } catch (IOException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }

        private static ServerSocketChannel server() {
            try {
                ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                return server.bind(UnixPaths.address(PATH));
            } catch (IOException failure) {
                throw new ExceptionInInitializerError(failure);
            }
        }
    }

    /**
     * A channel over a connected socket that does not block. The socket's own descriptor can be closed then.
     *
     * @throws IOException when this JVM was started without what {@link HangupWatch} needs
     */
    static SocketChannel of(int descriptor) throws IOException {
        SocketChannel channel = connected();
        try {
            SystemCall.Result exchanged = DUP2.call(descriptor, HangupWatch.descriptor(channel));
            if (exchanged.failed()) {
                throw new IOException("dup2: " + SystemCall.words(exchanged.errno()));
            }
            return channel;
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private static SocketChannel connected() throws IOException {
        CONNECTING.lock();
        try {
            SocketChannel channel = SocketChannel.open(UnixPaths.address(Hatchery.PATH));
            Hatchery.SERVER.accept().close();
            return channel;
        } catch (ExceptionInInitializerError failure) {
            throw new IOException("no socket can be made in a temporary directory", failure);
        } finally {
            CONNECTING.unlock();
        }
    }
}
