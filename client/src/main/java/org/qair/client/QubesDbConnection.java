package org.qair.client;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.QubesDbMessage;
import org.qair.protocol.QubesDbMessage.Head;

/** A connection to a QubesDB daemon. For one thread. */
final class QubesDbConnection implements AutoCloseable {
    private static final String DIRECTORY = "/var/run/qubes/";

    /** One answer. */
    record Reply(QubesDbMessage.Type type, String path, ByteBuffer data) {}

    private final SocketChannel channel;

    private QubesDbConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /** Connects to the socket that can be written, else to the one that can be read. */
    static QubesDbConnection open(String explicitSocket, String domain) throws IOException {
        if (!explicitSocket.isEmpty()) {
            return connect(explicitSocket);
        }
        String name = domain.isEmpty() ? "qubesdb" : "qubesdb." + domain;
        try {
            return connect(DIRECTORY + name + ".sock");
        } catch (IOException notOurs) {
            try {
                return connect(DIRECTORY + name + ".ro.sock");
            } catch (IOException neither) {
                neither.addSuppressed(notOurs);
                throw neither;
            }
        }
    }

    private static QubesDbConnection connect(String path) throws IOException {
        try {
            return new QubesDbConnection(UnixPaths.connect(Path.of(path)));
        } catch (IOException | RuntimeException failure) {
            throw new IOException("cannot connect to `" + path + "`: " + failure.getMessage(), failure);
        }
    }

    /** Sends a request without data. */
    void send(QubesDbMessage.Type type, String path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(QubesDbMessage.of(type, path).encode());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** The next message, of whatever type. */
    Reply receive() throws IOException {
        byte[] header = new byte[QubesDbMessage.HEADER];
        fill(ByteBuffer.wrap(header));
        Head head = QubesDbMessage.decodeHead(header);
        ByteBuffer data = ByteBuffer.allocate(head.length());
        fill(data);
        return new Reply(head.type(), head.path(), data.flip());
    }

    /** The next message that answers a request; what is watched may be told in between. */
    Reply answer(QubesDbMessage.Type... expected) throws IOException {
        while (true) {
            Reply reply = receive();
            for (QubesDbMessage.Type type : expected) {
                if (reply.type() == type) {
                    return reply;
                }
            }
            if (reply.type() == QubesDbMessage.Type.ERROR) {
                throw new IOException("QubesDB refused the request");
            }
            if (reply.type() != QubesDbMessage.Type.R_WATCH) {
                throw new ProtocolException("QubesDB answered with " + reply.type());
            }
        }
    }

    private void fill(ByteBuffer into) throws IOException {
        while (into.hasRemaining()) {
            if (channel.read(into) < 0) {
                throw new EOFException("QubesDB closed the connection");
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
