package org.qair.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.QubesDbMessage;
import org.qair.protocol.QubesDbMessage.Head;
import org.qair.protocol.QubesDbPaths;

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

    /** Connects to a daemon's socket. */
    public static QubesDbClient connect(Path socket) throws IOException {
        return new QubesDbClient(UnixPaths.connect(socket));
    }

    /** The value of an entry; empty when there is none. */
    public Optional<String> read(String path) throws IOException {
        return readMessage(path).map(QubesDbMessage::text);
    }

    /** The same as it is, which may be no text. */
    public Optional<byte[]> readBytes(String path) throws IOException {
        return readMessage(path).map(QubesDbMessage::value);
    }

    /** The value of an entry, once there is one. */
    public byte[] awaitBytes(String path) throws IOException {
        watch(path);
        Optional<byte[]> value = readBytes(path);
        while (value.isEmpty()) {
            nextChange();
            value = readBytes(path);
        }
        return value.get();
    }

    private Optional<QubesDbMessage> readMessage(String path) throws IOException {
        QubesDbMessage answer = ask(QubesDbMessage.of(QubesDbMessage.Type.READ, checked(path)));
        return switch (answer.type()) {
            case R_READ -> Optional.of(answer);
            case NOENT -> Optional.empty();
            default -> throw refused("read", path, answer);
        };
    }

    /** Every entry whose path begins with {@code prefix}, in byte order. */
    public SortedMap<String, String> multiread(String prefix) throws IOException {
        SortedMap<String, String> texts = new TreeMap<>();
        multireadBytes(prefix).forEach((path, value) -> texts.put(path, new String(value, UTF_8)));
        return texts;
    }

    /** The same as they are, which may be no text. */
    public SortedMap<String, byte[]> multireadBytes(String prefix) throws IOException {
        return entries(QubesDbMessage.Type.MULTIREAD, QubesDbMessage.Type.R_MULTIREAD, prefix);
    }

    /** The paths that begin with {@code prefix}, in byte order. */
    public Collection<String> list(String prefix) throws IOException {
        return entries(QubesDbMessage.Type.LIST, QubesDbMessage.Type.R_LIST, prefix)
                .keySet();
    }

    private SortedMap<String, byte[]> entries(QubesDbMessage.Type request, QubesDbMessage.Type reply, String prefix)
            throws IOException {
        SortedMap<String, byte[]> found = new TreeMap<>();
        QubesDbMessage answer = ask(QubesDbMessage.of(request, checked(prefix)));
        while (answer.type() == reply) {
            if (answer.path().isEmpty()) {
                return found;
            }
            found.put(answer.path(), answer.value());
            answer = next();
        }
        throw refused("list", prefix, answer);
    }

    /** Sets an entry to text in UTF-8. */
    public void write(String path, String value) throws IOException {
        write(path, value.getBytes(UTF_8));
    }

    /** Sets an entry. */
    public void write(String path, byte[] value) throws IOException {
        QubesDbMessage request = new QubesDbMessage(QubesDbMessage.Type.WRITE, checked(path), ByteBuffer.wrap(value));
        expectOk("write", path, ask(request));
    }

    /** Removes an entry, or with a trailing `/` all below; false when there was none. */
    public boolean remove(String path) throws IOException {
        QubesDbMessage answer = ask(QubesDbMessage.of(QubesDbMessage.Type.RM, checked(path)));
        if (answer.type() == QubesDbMessage.Type.NOENT) {
            return false;
        }
        expectOk("remove", path, answer);
        return true;
    }

    /** Asks to be told of changes of a path, or with a trailing `/` of all below. */
    public void watch(String path) throws IOException {
        expectOk("watch", path, ask(QubesDbMessage.of(QubesDbMessage.Type.WATCH, checked(path))));
    }

    /** Ends a {@link #watch}. */
    public void unwatch(String path) throws IOException {
        expectOk("unwatch", path, ask(QubesDbMessage.of(QubesDbMessage.Type.UNWATCH, checked(path))));
    }

    /** Waits for a watched path to change and returns it. */
    public String nextChange() throws IOException {
        if (changed.isEmpty()) {
            QubesDbMessage message = receive();
            if (message.type() != QubesDbMessage.Type.R_WATCH) {
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
        while (message.type() == QubesDbMessage.Type.R_WATCH) {
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
        Head header = QubesDbMessage.decodeHead(bytes.array());
        ByteBuffer data = ByteBuffer.allocate(header.length());
        if (header.length() > 0 && !Bytes.readFully(channel, data)) {
            throw new IOException("qubesdb closed the connection");
        }
        return new QubesDbMessage(header.type(), header.path(), data.flip());
    }

    private static String checked(String path) throws IOException {
        if (!QubesDbPaths.isValid(path)) {
            throw new IOException("`%s` is no path: it begins with / and has at most %d of A-Z a-z 0-9 _ / . : @ -"
                    .formatted(path, QubesDbPaths.MAX_LENGTH));
        }
        return path;
    }

    private static void expectOk(String what, String path, QubesDbMessage answer) throws IOException {
        if (answer.type() != QubesDbMessage.Type.OK) {
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
