package org.qair.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Connections to one Unix socket, good and bad, that all stay open until this is closed. For one thread. */
public final class Visitors implements AutoCloseable {
    private final Path socket;
    private final List<SocketChannel> open = new ArrayList<>();

    public Visitors(Path socket) {
        this.socket = socket;
    }

    /** One that has said nothing yet. */
    public SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        open.add(channel);
        return channel;
    }

    /** One that has said this, and may say more. */
    public SocketChannel saying(byte[] bytes) throws IOException {
        SocketChannel channel = connect();
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            channel.write(left);
        }
        return channel;
    }

    /** Says this, half-closes, and gives all that is answered. */
    public byte[] ask(byte[] question) throws IOException {
        SocketChannel channel = saying(question);
        channel.shutdownOutput();
        try (InputStream answer = Channels.newInputStream(channel)) {
            return answer.readAllBytes();
        }
    }

    /** A thousand that each have said 60 KiB, and wait. */
    public void thousandHalves() throws IOException {
        byte[] half = new byte[60 * 1024];
        Arrays.fill(half, (byte) 'x');
        for (int i = 0; i < 1_000; i++) {
            SocketChannel ignored = saying(half);
        }
    }

    /** So many that each ask, and leave at once. */
    public void leavingEarly(int count, byte[] question) throws IOException {
        for (int i = 0; i < count; i++) {
            try (SocketChannel channel = saying(question)) {
                channel.shutdownOutput();
                open.remove(channel);
            }
        }
    }

    /** Questions of at most 400 bytes at random, always the same. */
    public static List<byte[]> random(int count, long seed) {
        Random random = new Random(seed);
        List<byte[]> questions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] question = new byte[random.nextInt(400)];
            random.nextBytes(question);
            questions.add(question);
        }
        return questions;
    }

    @Override
    public void close() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
    }
}
