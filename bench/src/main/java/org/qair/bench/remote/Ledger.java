package org.qair.bench.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What services wrote down of the calls that ran, and what their callers were told. A call's number is its argument; the service on a
 * socket writes into memory, the program into a file.
 */
final class Ledger implements AutoCloseable {
    static final String SOCKET = "soak.Socket";
    static final String PROGRAM = "soak.Program";
    private static final int DESCRIPTOR = 512;

    private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final Path file;
    private final Map<Long, Integer> ran = new ConcurrentHashMap<>();
    private final Map<Long, Boolean> told = new ConcurrentHashMap<>();

    Ledger(Path services, Path file) throws IOException {
        this.file = Files.createFile(file);
        Programs.script(services.resolve(PROGRAM), "#!/bin/sh\necho \"$1\" >>%s\nexec echo \"$1\"\n".formatted(file));
        server.bind(UnixDomainSocketAddress.of(services.resolve(SOCKET)), 1024);
        Thread.ofVirtual().start(this::serve);
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel connection = server.accept();
                Thread.ofVirtual().start(() -> one(connection));
            }
        } catch (IOException ended) {
            // with the soak
        }
    }

    /** Reads {@code SERVICE+NUMBER SOURCE} and NUL, writes the number down, and says it. */
    private void one(SocketChannel connection) {
        try (connection) {
            ByteBuffer descriptor = ByteBuffer.allocate(DESCRIPTOR);
            while (descriptor.position() == 0 || descriptor.get(descriptor.position() - 1) != 0) {
                if (connection.read(descriptor) < 0) {
                    return; // the host was killed before it had said what it wants
                }
            }
            String words = new String(descriptor.array(), 0, descriptor.position(), StandardCharsets.US_ASCII);
            String number = words.substring(words.indexOf('+') + 1, words.indexOf(' '));
            ran.merge(Long.valueOf(number), 1, Integer::sum);
            OutputStream out = Channels.newOutputStream(connection);
            out.write((number + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException gone) {
            // its caller is told
        }
    }

    /** The end of a call at its caller. */
    void told(long number, boolean success) {
        if (told.put(number, success) != null) {
            throw new IllegalStateException("two ends of call " + number);
        }
    }

    int calls() {
        return told.size();
    }

    long failures() {
        return told.values().stream().filter(success -> !success).count();
    }

    /** What is not as it must be: ran more than once, or not at all though its caller was told that it had. */
    List<String> faults() throws IOException {
        for (String line : Files.readAllLines(file)) {
            ran.merge(Long.valueOf(line), 1, Integer::sum);
        }
        List<String> faults = new ArrayList<>();
        ran.forEach((number, times) -> {
            if (times > 1) {
                faults.add("call %d ran %d times".formatted(number, times));
            }
            if (!told.containsKey(number)) {
                faults.add("call %d ran, and its caller was told nothing".formatted(number));
            }
        });
        told.forEach((number, success) -> {
            if (success && !ran.containsKey(number)) {
                faults.add("call %d succeeded, and did not run".formatted(number));
            }
        });
        return faults;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
