package org.qair.registry.qubesdb;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.qair.channel.unix.Bytes;
import org.qair.policy.Printable;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.QubesDbMessage;
import org.qair.protocol.QubesDbMessage.Head;
import org.qair.protocol.QubesDbPaths;
import org.qair.registry.RegistrySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client of a qube's QubesDB: reads its requests in the calling thread and sends from another. */
final class QubesDbConnection {
    private static final Logger LOG = LoggerFactory.getLogger(QubesDbConnection.class);

    /** A client that watches more paths than this is refused the next. */
    private static final int MOST_WATCHES = 1_000;

    private static final int MOST_SKIPPED_AT_ONCE = 8_192;

    private final String name;
    private final SocketChannel channel;
    private final Supplier<RegistrySnapshot> snapshot;
    private final QubeEntries entries;
    private final OwnEntries own;
    private final boolean readOnly;
    private final Consumer<String> tell;
    private final Outbox outbox = new Outbox();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();
    private boolean complained;

    /** @param name the socket's path, for the log */
    QubesDbConnection(
            String name,
            SocketChannel channel,
            Supplier<RegistrySnapshot> snapshot,
            QubeEntries entries,
            OwnEntries own,
            boolean readOnly,
            Consumer<String> tell) {
        this.name = name;
        this.channel = channel;
        this.snapshot = snapshot;
        this.entries = entries;
        this.own = own;
        this.readOnly = readOnly;
        this.tell = tell;
    }

    /** Serves until the client leaves, then sends what it still waits for; or until it stops in the middle of a message. */
    void serve() throws IOException, InterruptedException {
        Thread sender = Thread.ofVirtual().name("qubesdb sender").start(this::send);
        try {
            ByteBuffer header = ByteBuffer.allocate(QubesDbMessage.HEADER);
            while (Bytes.readFully(channel, header)) {
                serve(header.array());
                header.clear();
            }
            outbox.close();
            sender.join();
        } finally {
            outbox.close();
            channel.close();
        }
    }

    /** What is no request is answered by an error, as in the field, and the connection goes on after its data. */
    private void serve(byte[] header) throws IOException, InterruptedException {
        String wrong;
        try {
            Head head = QubesDbMessage.decodeHead(header);
            wrong = complaint(head);
            if (wrong.isEmpty()) {
                answer(new QubesDbMessage(head.type(), head.path(), data(head.length())));
                return;
            }
        } catch (ProtocolException noMessage) {
            wrong = String.valueOf(noMessage.getMessage());
        }
        complain(wrong);
        skip(QubesDbMessage.claimedLength(header));
        outbox.reply(QubesDbMessage.of(QubesDbMessage.Type.ERROR, QubesDbMessage.claimedPath(header)));
    }

    private static String complaint(Head head) {
        if (!head.type().isRequest()) {
            return head.type() + " is an answer";
        }
        if (!QubesDbPaths.isValid(head.path())) {
            return "`%s` is no path".formatted(Printable.of(head.path()));
        }
        return head.length() > 0 && head.type() != QubesDbMessage.Type.WRITE ? head.type() + " with data" : "";
    }

    /** Once a connection: one that goes on like this must not fill the log. */
    private void complain(String wrong) {
        if (complained) {
            LOG.debug("a client of `{}` sent what is no request: {}", name, wrong);
        } else {
            LOG.warn("a client of `{}` sent what is no request: {}", name, wrong);
        }
        complained = true;
    }

    private ByteBuffer data(int length) throws IOException {
        ByteBuffer data = ByteBuffer.allocate(length);
        if (length > 0 && !Bytes.readFully(channel, data)) {
            throw new EOFException("the stream ends within a message");
        }
        return data.flip();
    }

    private void skip(long length) throws IOException {
        ByteBuffer sink = ByteBuffer.allocate((int) Math.min(length, MOST_SKIPPED_AT_ONCE));
        for (long left = length; left > 0; left -= sink.position()) {
            sink.clear().limit((int) Math.min(left, sink.capacity()));
            if (channel.read(sink) < 0) {
                throw new EOFException("the stream ends within a message");
            }
        }
    }

    private void answer(QubesDbMessage request) throws InterruptedException {
        String path = request.path();
        switch (request.type()) {
            case READ -> outbox.reply(readEntry(path));
            case LIST, MULTIREAD -> list(request.type(), path);
            case WRITE -> outbox.reply(QubesDbMessage.of(write(path, request.value()), path));
            case RM -> outbox.reply(QubesDbMessage.of(remove(path), path));
            case WATCH -> outbox.reply(QubesDbMessage.of(watch(path), path));
            case UNWATCH ->
                outbox.reply(QubesDbMessage.of(
                        watched.remove(path) ? QubesDbMessage.Type.OK : QubesDbMessage.Type.NOENT, path));
            default -> throw new IllegalStateException("no request: " + request.type());
        }
    }

    private QubesDbMessage readEntry(String path) {
        Optional<byte[]> value = entries.read(snapshot.get(), path)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .or(() -> own.read(path));
        return value.map(data -> new QubesDbMessage(QubesDbMessage.Type.R_READ, path, ByteBuffer.wrap(data)))
                .orElseGet(() -> QubesDbMessage.of(QubesDbMessage.Type.NOENT, path));
    }

    /** All from one snapshot; the end is an empty path. */
    private void list(QubesDbMessage.Type type, String prefix) throws InterruptedException {
        SortedMap<String, byte[]> found = new TreeMap<>(own.list(prefix));
        entries.list(snapshot.get(), prefix)
                .forEach((path, value) -> found.put(path, value.getBytes(StandardCharsets.UTF_8)));
        QubesDbMessage.Type reply =
                type == QubesDbMessage.Type.LIST ? QubesDbMessage.Type.R_LIST : QubesDbMessage.Type.R_MULTIREAD;
        for (var entry : found.entrySet()) {
            byte[] data = type == QubesDbMessage.Type.LIST ? new byte[0] : entry.getValue();
            outbox.reply(new QubesDbMessage(reply, entry.getKey(), ByteBuffer.wrap(data)));
        }
        outbox.reply(QubesDbMessage.of(reply, ""));
    }

    private QubesDbMessage.Type write(String path, byte[] value) {
        if (readOnly || QubeEntries.isReserved(path) || !QubesDbPaths.isEntry(path) || hasNul(value)) {
            return QubesDbMessage.Type.ERROR;
        }
        if (!own.write(path, value)) {
            return QubesDbMessage.Type.ERROR;
        }
        tell.accept(path);
        return QubesDbMessage.Type.OK;
    }

    private QubesDbMessage.Type remove(String path) {
        if (readOnly || QubeEntries.isReserved(path)) {
            return QubesDbMessage.Type.ERROR;
        }
        List<String> removed = own.remove(path);
        removed.forEach(tell);
        return removed.isEmpty() ? QubesDbMessage.Type.NOENT : QubesDbMessage.Type.OK;
    }

    private QubesDbMessage.Type watch(String path) {
        if (watched.size() >= MOST_WATCHES) {
            return QubesDbMessage.Type.ERROR;
        }
        watched.add(path);
        return QubesDbMessage.Type.OK;
    }

    /** Says that the entry of a path was made, changed or removed. */
    void changed(String path) {
        boolean wanted = watched.contains(path)
                || watched.stream().anyMatch(prefix -> prefix.endsWith("/") && path.startsWith(prefix));
        if (wanted) {
            outbox.push(path);
        }
    }

    private void send() {
        try {
            QubesDbMessage message = outbox.next();
            while (message != null) {
                Bytes.writeFully(channel, message.encode());
                message = outbox.next();
            }
        } catch (IOException | InterruptedException gone) {
            close();
        }
    }

    /** Ends it at once. */
    void close() {
        outbox.close();
        try {
            channel.close();
        } catch (IOException alreadyClosed) {
            return;
        }
    }

    private static boolean hasNul(byte[] value) {
        for (byte b : value) {
            if (b == 0) {
                return true;
            }
        }
        return false;
    }
}
