package org.qair.channel;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.qair.protocol.Header;
import org.qair.protocol.Limits;
import org.qair.protocol.MessageType;
import org.qair.protocol.ProtocolVersion;

/**
 * Receives frames. The rest of a body and the header after it come with one system call, straight into the receiver's
 * buffer. For one thread at a time.
 */
final class FrameReader {
    private final SocketChannel channel;
    private final int maxChunk;
    private final ByteBuffer header = ByteBuffer.allocate(Limits.HEADER);
    private final ByteBuffer[] bodyAndHeader = {header, header};
    private MessageType type = MessageType.HELLO;
    private int left;

    FrameReader(SocketChannel channel, int version) {
        this.channel = channel;
        this.maxChunk = ProtocolVersion.maxChunk(version);
    }

    /**
     * Goes to the next frame; the one before it must have been read to its end.
     *
     * @return false when the peer has closed the channel between two frames
     */
    boolean next() throws IOException {
        if (left != 0) {
            throw new IllegalStateException("%d bytes of a frame were not read".formatted(left));
        }
        while (header.hasRemaining()) {
            if (receiveHeader() < 0) {
                if (header.position() == 0) {
                    return false;
                }
                throw torn();
            }
        }
        Header next = Header.decode(header.flip(), maxChunk);
        header.clear();
        type = next.type();
        left = next.length();
        return true;
    }

    /** A peer that died with our bytes unread resets the channel; that is its end like any other. */
    private int receiveHeader() throws IOException {
        try {
            return channel.read(header);
        } catch (SocketException reset) {
            return -1;
        } catch (IOException failure) {
            if (channel.isOpen() && String.valueOf(failure.getMessage()).contains("reset")) {
                return -1;
            }
            throw failure;
        }
    }

    /** The current frame's type. */
    MessageType type() {
        return type;
    }

    /** Bytes of the current frame that were not read yet. */
    int left() {
        return left;
    }

    /** Reads some bytes of the current frame, at least one; there must be some left and room for some. */
    int read(ByteBuffer into) throws IOException {
        int limit = into.limit();
        int before = into.position();
        if (into.remaining() > left) {
            into.limit(before + left);
        }
        boolean wholeRest = into.remaining() == left;
        bodyAndHeader[0] = into;
        long read = wholeRest ? channel.read(bodyAndHeader, 0, 2) : channel.read(into);
        into.limit(limit);
        if (read < 0) {
            throw torn();
        }
        int ofBody = into.position() - before;
        left -= ofBody;
        return ofBody;
    }

    /** Reads what is left of the current frame into nothing. */
    void skip(ByteBuffer scratch) throws IOException {
        while (left > 0) {
            read(scratch.clear());
        }
    }

    private static EOFException torn() {
        return new EOFException("the peer closed the channel within a frame");
    }
}
