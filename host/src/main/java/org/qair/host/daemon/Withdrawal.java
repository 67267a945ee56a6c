package org.qair.host.daemon;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Interrupts whoever asks a person for one that has hung up meanwhile. One that has asked sends nothing more: what can be read is its end. */
final class Withdrawal implements AutoCloseable {
    private final Thread asking;
    private boolean over;

    private Withdrawal(Thread asking) {
        this.asking = asking;
    }

    /** Watches until it is closed; the watching thread goes with the channel. */
    static Withdrawal watch(SocketChannel channel) {
        Withdrawal watch = new Withdrawal(Thread.currentThread());
        Thread ignored = Thread.ofVirtual().name("await withdrawal").start(() -> watch.await(channel));
        return watch;
    }

    private void await(SocketChannel channel) {
        try {
            int ignored = channel.read(ByteBuffer.allocate(1));
        } catch (IOException closed) {
            // its end, or ours after the answer
        }
        withdraw();
    }

    private synchronized void withdraw() {
        if (!over) {
            asking.interrupt();
        }
    }

    /** From here on the thread is not interrupted any more. */
    @Override
    public synchronized void close() {
        over = true;
        boolean ignored = Thread.interrupted();
    }
}
