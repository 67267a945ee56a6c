package org.qair.registry.qubesdb;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.registry.qubesdb.QubesDbMessage.Header;

/**
 * A client of QubesDB, ours or the field's. Uses nothing but the JDK. For one thread; every method throws an {@link
 * IOException} when the server is gone, refuses, or answers what is no answer.
 */
public final class QubesDbClient implements AutoCloseable {
    private final SocketChannel channel;
    private final Deque<String> changed = new ArrayDeque<>();

    private QubesDbClient(SocketChannel channel) {
        this.channel = channel;
    }

    public static QubesDbClient connect(Path socket) throws IOException {
        return new QubesDbClient(UnixPaths.connect(socket));
    }

    /** The value of an entry; empty when there is none. */
    public Optional<String> read(String path) throws IOException {
        QubesDbMessage answer = ask(QubesDbMessage.of(MessageType.READ, checked(path)));
        return switch (answer.type()) {
            case R_READ -> Optional.of(answer.text());
            case NOENT -> Optional.empty();
            default -> throw refused("read", path, answer);
        };
    }

    /** Every entry whose path begins with {@code prefix}, in byte order; values are empty with {@link #list}. */
    public SortedMap<String, String> multiread(String prefix) throws IOException {
        return entries(MessageType.MULTIREAD, MessageType.R_MULTIREAD, prefix);
    }

    /** The paths that begin with {@code prefix}, in byte order. */
    public Iterable<String> list(String prefix) throws IOException {
        return entries(MessageType.LIST, MessageType.R_LIST, prefix).keySet();
    }

    private SortedMap<String, String> entries(MessageType request, MessageType reply, String prefix)
            throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        QubesDbMessage answer = ask(QubesDbMessage.of(request, checked(prefix)));
        while (answer.type() == reply) {
            if (answer.path().isEmpty()) {
                return found;
            }
            found.put(answer.path(), answer.text());
            answer = next();
        }
        throw refused("list", prefix, answer);
    }

    public void write(String path, String value) throws IOException {
        expectOk("write", path, ask(QubesDbMessage.of(MessageType.WRITE, checked(path), value)));
    }

    /** Removes an entry, or with a trailing `/` all below; false when there was none. */
    public boolean remove(String path) throws IOException {
        QubesDbMessage answer = ask(QubesDbMessage.of(MessageType.RM, checked(path)));
        if (answer.type() == MessageType.NOENT) {
            return false;
        }
        expectOk("remove", path, answer);
        return true;
    }

    /** Asks to be told of changes of a path, or with a trailing `/` of all below. */
    public void watch(String path) throws IOException {
        expectOk("watch", path, ask(QubesDbMessage.of(MessageType.WATCH, checked(path))));
    }

    /** Ends a {@link #watch}. */
    public void unwatch(String path) throws IOException {
        expectOk("unwatch", path, ask(QubesDbMessage.of(MessageType.UNWATCH, checked(path))));
    }

    /** Waits for a watched path to change and returns it. */
    public String nextChange() throws IOException {
        if (changed.isEmpty()) {
            QubesDbMessage message = receive();
            if (message.type() != MessageType.R_WATCH) {
                throw new IOException("an answer that nobody asked for: " + message.type());
            }
            return message.path();
        }
        return changed.remove();
    }

    private QubesDbMessage ask(QubesDbMessage request) throws IOException {
        Bytes.writeFully(channel, request.encode());
        return next();
    }

    /** The next answer; changes that come before it are kept. */
    private QubesDbMessage next() throws IOException {
        QubesDbMessage message = receive();
        while (message.type() == MessageType.R_WATCH) {
            changed.add(message.path());
            message = receive();
        }
        return message;
    }

    private QubesDbMessage receive() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(QubesDbMessage.HEADER);
        if (!Bytes.readFully(channel, bytes)) {
            throw new IOException("qubesdb closed the connection");
        }
        Header header = QubesDbMessage.header(bytes.array());
        ByteBuffer data = ByteBuffer.allocate(header.length());
        if (header.length() > 0 && !Bytes.readFully(channel, data)) {
            throw new IOException("qubesdb closed the connection");
        }
        return new QubesDbMessage(header.type(), header.path(), data.array());
    }

    private static String checked(String path) throws IOException {
        if (!Paths.isValid(path)) {
            throw new IOException("`%s` is no path: it begins with / and has at most %d of A-Z a-z 0-9 _ / . : @ -"
                    .formatted(path, Paths.MAX_LENGTH));
        }
        return path;
    }

    private static void expectOk(String what, String path, QubesDbMessage answer) throws IOException {
        if (answer.type() != MessageType.OK) {
            throw refused(what, path, answer);
        }
    }

    private static IOException refused(String what, String path, QubesDbMessage answer) {
        return new IOException("qubesdb does not %s `%s`: it answers %s".formatted(what, path, answer.type()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
