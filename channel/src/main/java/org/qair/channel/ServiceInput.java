package org.qair.channel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.qair.channel.unix.Deadline;
import org.qair.protocol.Limits;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;

/**
 * What a service receives. Whoever passes it on receives it itself ({@link #passTo}). Whoever reads it may be interrupted without harm
 * to the channel: a thread of its own receives for that one, at most 128 KiB ahead. So it does for nobody, once the input is closed
 * or has ended, so that the peer can always send and its end is seen.
 */
final class ServiceInput extends InputStream implements PassingInput {
    private static final int SMALLEST = 1024;

    private final FrameReader frames;
    private final Consumer<IOException> lost;
    private final ReadAhead ahead = new ReadAhead();
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();
    private boolean receiving;
    private volatile boolean ended;
    private volatile boolean closed;

    /** @param lost told once why nothing more comes: a {@link ProtocolException}, or that the peer is gone */
    ServiceInput(SocketChannel channel, int version, Consumer<IOException> lost) {
        this.frames = new FrameReader(channel, version);
        this.lost = lost;
    }

    @Override
    public int read() throws IOException {
        receiveAhead();
        return ahead.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        receiveAhead();
        return ahead.read(into, offset, length);
    }

    @Override
    public int available() {
        return ahead.available();
    }

    @Override
    public void passTo(WritableByteChannel to) throws IOException {
        if (!takeOver()) {
            passAhead(to);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            ByteBuffer buffer = arena.allocate(SMALLEST).asByteBuffer();
            while (received(buffer)) {
                boolean full = !buffer.hasRemaining();
                pass(buffer.flip(), to);
                buffer = full && buffer.capacity() < Limits.CHUNK
                        ? arena.allocate(buffer.capacity() * 4L).asByteBuffer()
                        : buffer.clear();
            }
        } finally {
            handOver();
        }
    }

    /** What somebody had begun to read. */
    private void passAhead(WritableByteChannel to) throws IOException {
        byte[] bytes = new byte[SMALLEST];
        for (int read = ahead.read(bytes); read >= 0; read = ahead.read(bytes)) {
            pass(ByteBuffer.wrap(bytes, 0, read), to);
        }
    }

    private void pass(ByteBuffer bytes, WritableByteChannel to) throws IOException {
        while (bytes.hasRemaining()) {
            if (closed) {
                throw new IOException("the stream is closed");
            }
            to.write(bytes);
        }
    }

    /** Receives some bytes of the stream; false at its end. */
    private boolean received(ByteBuffer into) throws IOException {
        try {
            if (frames.left() == 0 && !next()) {
                throw new CallerGoneException();
            }
            if (frames.left() == 0) {
                end();
                return false;
            }
            received.addAndGet(frames.read(into));
            return true;
        } catch (IOException failure) {
            throw lose(failure);
        }
    }

    private boolean next() throws IOException {
        boolean more = frames.next();
        if (more && frames.type() != MessageType.DATA_STDIN) {
            throw new ProtocolException("a caller sent %s".formatted(frames.type()));
        }
        return more;
    }

    private synchronized boolean takeOver() {
        boolean taken = !receiving;
        receiving = true;
        return taken;
    }

    private void handOver() {
        if (over.getCount() > 0) {
            startReceiving();
        }
    }

    private void receiveAhead() {
        if (takeOver()) {
            startReceiving();
        }
    }

    private void startReceiving() {
        Thread.ofVirtual().name("receive").start(this::receive);
    }

    private void receive() {
        try {
            while (frames.left() > 0 || next()) {
                receiveFrame();
            }
            lose(new CallerGoneException());
        } catch (IOException | InterruptedException failure) {
            lose(failure);
        }
    }

    private void receiveFrame() throws IOException, InterruptedException {
        if (frames.left() == 0) {
            end();
        }
        while (frames.left() > 0) {
            int bytes = frames.read(ahead.room());
            ahead.received(bytes);
            received.addAndGet(bytes);
        }
    }

    private void end() {
        ahead.end();
        ended = true;
    }

    private IOException lose(Exception failure) {
        IOException reason = switch (failure) {
            case ProtocolException broken -> broken;
            case CallerGoneException gone -> gone;
            default -> new CallerGoneException(failure);
        };
        over.countDown();
        ahead.fail(reason);
        lost.accept(reason);
        return reason;
    }

    /** Nothing more will come, as somebody else has seen. */
    void fail(IOException reason) {
        ahead.fail(reason);
    }

    /** Whether the peer has said that no more comes. */
    boolean hasEnded() {
        return ended;
    }

    /** Bytes that came so far. */
    long received() {
        return received.get();
    }

    /** Waits until the peer has closed its side, or until {@code limit}; then nothing more is received after what is received now. */
    void awaitLoss(Duration limit) throws InterruptedException {
        // a timed wait of a virtual thread wakes the thread that keeps the times of all of them, twice
        try (Deadline _ = new Deadline(limit, over::countDown)) {
            over.await();
        }
    }

    /** Waits until the peer has closed its side; false when it has not within {@code limit}. */
    boolean isLostWithin(Duration limit) throws InterruptedException {
        return over.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** What was received and what still comes is dropped. */
    @Override
    public void close() {
        closed = true;
        ahead.close();
        receiveAhead();
    }
}
