package org.qair.relay.stream;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.channel.throttle.ChannelStreamWriter;
import org.apache.sshd.common.io.IoWriteFuture;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * Sends the data of a channel, blocking while too many packets of its connection are not yet with the kernel. Without
 * it a peer that grants a huge window and does not read would have all of it queued in our memory.
 */
final class BoundedWriter implements ChannelStreamWriter {
    private static final int PACKETS_IN_FLIGHT = 32;
    private static final AttributeKey<Semaphore> IN_FLIGHT = new AttributeKey<>();

    private final Channel channel;
    private final Semaphore places;
    private volatile boolean closed;

    BoundedWriter(Channel channel) {
        this.channel = channel;
        this.places = channel.getSession().computeAttributeIfAbsent(IN_FLIGHT, key -> new Semaphore(PACKETS_IN_FLIGHT));
    }

    @Override
    public IoWriteFuture writeData(Buffer packet) throws IOException {
        try {
            places.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting to send");
        }
        IoWriteFuture written;
        try {
            written = channel.writePacket(packet);
        } catch (IOException | RuntimeException e) {
            places.release();
            throw e;
        }
        return written.addListener(done -> places.release());
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        closed = true;
    }
}
