package org.qair.registry.qubesdb;

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
import org.qair.protocol.QubesDbMessage;
import org.qair.protocol.QubesDbMessage.Head;
import org.qair.protocol.QubesDbPaths;
import org.qair.registry.RegistrySnapshot;

/** One client of a qube's QubesDB: reads its requests in the calling thread and sends from another. */
final class QubesDbConnection {
    /** A client that watches more paths than this is refused the next. */
    private static final int MOST_WATCHES = 1_000;

    private final SocketChannel channel;
    private final Supplier<RegistrySnapshot> snapshot;
    private final QubeEntries entries;
    private final OwnEntries own;
    private final boolean readOnly;
    private final Consumer<String> tell;
    private final Outbox outbox = new Outbox();
    private final Set<String> watched = ConcurrentHashMap.newKeySet();

    QubesDbConnection(
            SocketChannel channel,
            Supplier<RegistrySnapshot> snapshot,
            QubeEntries entries,
            OwnEntries own,
            boolean readOnly,
            Consumer<String> tell) {
        this.channel = channel;
        this.snapshot = snapshot;
        this.entries = entries;
        this.own = own;
        this.readOnly = readOnly;
        this.tell = tell;
    }

    /** Serves until the client leaves, then sends what it still waits for; or until it sends what is no message. */
    void serve() throws IOException, InterruptedException {
        Thread sender = Thread.ofVirtual().name("qubesdb sender").start(this::send);
        try {
            ByteBuffer header = ByteBuffer.allocate(QubesDbMessage.HEADER);
            while (Bytes.readFully(channel, header)) {
                answer(read(QubesDbMessage.decodeHead(header.array())));
                header.clear();
            }
            outbox.close();
            sender.join();
        } finally {
            outbox.close();
            channel.close();
        }
    }

    private QubesDbMessage read(Head header) throws IOException {
        if (!header.type().isRequest()) {
            throw new IOException("a client sent an answer");
        }
        if (header.length() > 0 && header.type() != QubesDbMessage.Type.WRITE) {
            throw new IOException("data where none belongs");
        }
        ByteBuffer data = ByteBuffer.allocate(header.length());
        if (header.length() > 0 && !Bytes.readFully(channel, data)) {
            throw new IOException("the stream ends within a message");
        }
        return new QubesDbMessage(header.type(), header.path(), data.flip());
    }

    private void answer(QubesDbMessage request) throws InterruptedException {
        String path = request.path();
        if (!QubesDbPaths.isValid(path)) {
            outbox.reply(QubesDbMessage.of(QubesDbMessage.Type.ERROR, ""));
            return;
        }
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
            closeQuietly();
        }
    }

    private void closeQuietly() {
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
