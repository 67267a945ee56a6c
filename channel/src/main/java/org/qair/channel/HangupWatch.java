package org.qair.channel;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Notices that the peer of a socket is gone while nobody reads the socket. A blocked receiver sees no end behind bytes that it
 * cannot take, and the JDK has no way to ask for a hang-up alone; epoll(7) has, by the foreign-function interface. One thread
 * for all sockets of the process.
 *
 * <p>It needs {@code --add-exports java.base/sun.nio.ch=ALL-UNNAMED} (the number of a channel's descriptor is nowhere else) and
 * Linux; where either is missing {@link #isAvailable} is false and a peer's death shows at the next read or write.
 */
public final class HangupWatch {
    private static final Optional<HangupWatch> SHARED = start();

    private final Epoll epoll;
    private final Method descriptorOf;
    private final Map<Long, Runnable> watched = new ConcurrentHashMap<>();
    private final AtomicLong lastToken = new AtomicLong();

    private HangupWatch(Epoll epoll, Method descriptorOf) {
        this.epoll = epoll;
        this.descriptorOf = descriptorOf;
    }

    /** Whether this JVM was started so that hang-ups can be noticed. */
    public static boolean isAvailable() {
        return SHARED.isPresent();
    }

    /** What ends a watch; to be closed before its channel is. */
    public interface Watch extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Runs {@code gone} once, on the watching thread, when the peer closes its end; it must not block. Does nothing where not
     * available.
     */
    public static Watch watch(SocketChannel channel, Runnable gone) throws IOException {
        if (SHARED.isEmpty()) {
            return () -> {};
        }
        int descriptor = descriptor(channel);
        return SHARED.get().add(descriptor, SHARED.get().epoll.endOf(descriptor), gone);
    }

    /** Runs {@code ready} once when something can be read from a descriptor that does not block, or accepted. */
    public static Watch readable(int descriptor, Runnable ready) throws IOException {
        return required().add(descriptor, Epoll.READABLE, ready);
    }

    /** Runs {@code ready} once when something can be written to a descriptor that does not block, or it is connected. */
    public static Watch writable(int descriptor, Runnable ready) throws IOException {
        return required().add(descriptor, Epoll.WRITABLE, ready);
    }

    /** The number of a channel's descriptor. */
    public static int descriptor(SocketChannel channel) throws IOException {
        try {
            return (int) required().descriptorOf.invoke(channel);
        } catch (ReflectiveOperationException failure) {
            throw new IOException("a channel has no descriptor", failure);
        }
    }

    private static HangupWatch required() throws IOException {
        return SHARED.orElseThrow(() -> new IOException("start java with --add-exports java.base/sun.nio.ch=ALL-UNNAMED"
                + " --enable-native-access=ALL-UNNAMED: descriptors cannot be watched without"));
    }

    private static Optional<HangupWatch> start() {
        try {
            Method descriptorOf = Class.forName("sun.nio.ch.SelChImpl").getMethod("getFDVal");
            if (!HangupWatch.class.getModule().canRead(Object.class.getModule())
                    || !Object.class.getModule().isExported("sun.nio.ch", HangupWatch.class.getModule())) {
                return Optional.empty();
            }
            HangupWatch watch = new HangupWatch(new Epoll(), descriptorOf);
            Thread.ofPlatform().daemon().name("hang-ups").start(watch::run);
            return Optional.of(watch);
        } catch (IOException | ReflectiveOperationException | RuntimeException | LinkageError unavailable) {
            return Optional.empty();
        }
    }

    private Watch add(int descriptor, int events, Runnable gone) throws IOException {
        long token = lastToken.incrementAndGet();
        watched.put(token, gone);
        try {
            epoll.add(descriptor, token, events);
        } catch (IOException failure) {
            watched.remove(token);
            throw failure;
        }
        return () -> end(token, descriptor);
    }

    private void end(long token, int descriptor) {
        if (watched.remove(token) == null) {
            return;
        }
        try {
            epoll.remove(descriptor);
        } catch (IOException notWatched) {
            // closing the descriptor removes it as well
        }
    }

    private void run() {
        while (true) {
            try {
                for (long token : epoll.await()) {
                    Runnable gone = watched.remove(token);
                    if (gone != null) {
                        gone.run();
                    }
                }
            } catch (IOException | RuntimeException failure) {
                Thread.currentThread().getUncaughtExceptionHandler().uncaughtException(Thread.currentThread(), failure);
            }
        }
    }
}
