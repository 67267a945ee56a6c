package org.qair.relay.reverse;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.function.Consumer;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.ProtocolVersion;
import org.qair.protocol.TriggerService;

/**
 * What a caller sends on a connection that carries its own data: one request, one {@code HELLO}, then the frames of its standard
 * input, which is what the stream reads. Nothing is read ahead, and no length is believed before it was checked. For one thread
 * at a time.
 */
final class InBandInput extends InputStream {
    private final InputStream bytes;
    private final Consumer<ProtocolException> broken;
    private int maxChunk = Limits.CHUNK_V2;
    private int left;
    private boolean ended;

    /** @param broken is told, before the reader, that the caller has sent what is no frame of its input */
    InBandInput(InputStream bytes, Consumer<ProtocolException> broken) {
        this.bytes = bytes;
        this.broken = broken;
    }

    /**
     * Reads the request; empty when the caller went without a word.
     *
     * @throws ProtocolException when something else came, or its data would have to go elsewhere
     */
    Optional<TriggerService> request() throws IOException {
        byte[] head = bytes.readNBytes(Limits.HEADER);
        if (head.length == 0) {
            return Optional.empty();
        }
        Header header = decode(head);
        switch (header.type()) {
            case TRIGGER_SERVICE, TRIGGER_SERVICE3, TRIGGER_SERVICE4 -> {}
            default -> throw new ProtocolException("a caller sent %s instead of a request".formatted(header.type()));
        }
        TriggerService request = (TriggerService) message(header);
        if (!request.isInBand()) {
            throw new ProtocolException(
                    "a client called that makes a vchan, which cannot be reached from here: use Qair's");
        }
        return Optional.of(request);
    }

    /** Reads the caller's {@code HELLO}; the version that both speak. */
    int hello() throws IOException {
        Header header = header("its HELLO");
        if (header.type() != MessageType.HELLO) {
            throw new ProtocolException("a caller sent %s before its HELLO".formatted(header.type()));
        }
        int version = ProtocolVersion.choose(ProtocolVersion.NEWEST, ((Message.Hello) message(header)).version());
        maxChunk = ProtocolVersion.maxChunk(version);
        return version;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextFrame();
        }
        if (ended) {
            return -1;
        }
        int count = bytes.read(into, offset, Math.min(length, left));
        if (count < 0) {
            throw torn("a frame");
        }
        left -= count;
        return count;
    }

    /** What still comes is dropped. */
    @Override
    public void close() throws IOException {
        bytes.close();
    }

    private void nextFrame() throws IOException {
        try {
            Header header = header("the end of its input");
            if (header.type() != MessageType.DATA_STDIN) {
                throw new ProtocolException("a caller sent %s amid its input".formatted(header.type()));
            }
            left = header.length();
            ended = left == 0;
        } catch (ProtocolException fault) {
            broken.accept(fault);
            throw fault;
        }
    }

    private Header header(String before) throws IOException {
        byte[] head = bytes.readNBytes(Limits.HEADER);
        if (head.length == 0) {
            throw new EOFException("the caller is gone before %s".formatted(before));
        }
        return decode(head);
    }

    private Header decode(byte[] head) throws IOException {
        if (head.length < Limits.HEADER) {
            throw torn("a header");
        }
        return Header.decode(ByteBuffer.wrap(head), maxChunk);
    }

    private Message message(Header header) throws IOException {
        byte[] body = bytes.readNBytes(header.length());
        if (body.length < header.length()) {
            throw torn("a message");
        }
        return Message.decode(header, body);
    }

    private static EOFException torn(String what) {
        return new EOFException("the caller is gone within %s".formatted(what));
    }
}
