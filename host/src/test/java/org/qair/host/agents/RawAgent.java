package org.qair.host.agents;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Bytes;

/** The bytes of an agent, one by one: what the field's C parts put on a vchan, and what nobody should. */
final class RawAgent implements AutoCloseable {
    final SocketChannel channel;

    private RawAgent(SocketChannel channel) {
        this.channel = channel;
    }

    /** Serves a vchan as libvchan's socket server does, and waits for its client. */
    static RawAgent serve(Path directory, int server, int client, int port) throws IOException {
        try (Vchan.Listener listener = SocketVchan.listen(directory, server, client, port)) {
            return new RawAgent(listener.accept(PlayedAgent.LONG));
        }
    }

    /** The control channel of an agent of the field: its socket is as bind(2) makes it, stays where it is, and replaces what is there. */
    static RawAgent controlOfTheFields(Path directory, int domain, int version) throws IOException {
        Path path = SocketVchan.path(directory, domain, 0, 512);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path made = directory.resolve("made");
            server.bind(UnixDomainSocketAddress.of(made), 1);
            Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            return greeted(new RawAgent(server.accept()), version);
        }
    }

    /** An agent's control channel whose {@code HELLO}s have been exchanged. */
    static RawAgent control(Path directory, int domain, int version) throws IOException {
        return greeted(serve(directory, domain, 0, 512), version);
    }

    private static RawAgent greeted(RawAgent agent, int version) throws IOException {
        agent.send("00030000 04000000 %02x000000".formatted(version));
        agent.expect("00030000 04000000 04000000");
        return agent;
    }

    /** Sends bytes written in hexadecimal. */
    void send(String hex) throws IOException {
        Bytes.writeFully(channel, ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))));
    }

    /** Receives as many bytes as these, which it must be. */
    void expect(String hex) throws IOException {
        String wanted = hex.replace(" ", "");
        String seen = receive(wanted.length() / 2);
        if (!seen.equals(wanted)) {
            throw new AssertionError("received %s, not %s".formatted(seen, wanted));
        }
    }

    /** Receives that many bytes. */
    String receive(int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        if (!Bytes.readFully(channel, bytes)) {
            throw new AssertionError("the host closed the channel");
        }
        return HexFormat.of().formatHex(bytes.array());
    }

    /** A u32. */
    int number() throws IOException {
        return Integer.reverseBytes(Integer.parseUnsignedInt(receive(4), 16));
    }

    /** Waits until the host closes the channel, whatever it sends before. */
    void awaitEnd() throws IOException {
        ByteBuffer dropped = ByteBuffer.allocate(4096);
        try {
            int read = 0;
            while (read >= 0) {
                read = channel.read(dropped.clear());
            }
        } catch (IOException reset) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Text in a field of that size. */
    static String field(String text, int size) {
        return hex(text) + "00".repeat(size - text.length());
    }

    static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    static String u32(int number) {
        return "%08x".formatted(Integer.reverseBytes(number));
    }
}
