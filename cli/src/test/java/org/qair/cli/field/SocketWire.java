package org.qair.cli.field;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** {@code qubesd.sock}, with the header that the tools write. */
record SocketWire(Path socket) implements Wire {
    @Override
    public byte[] call(String destination, String method, @Nullable String argument, byte @Nullable [] payload)
            throws IOException {
        try (InputStream answer = open(destination, method, argument == null ? "" : argument, payload)) {
            return answer.readAllBytes();
        }
    }

    @Override
    public InputStream events(String destination) throws IOException {
        return open(destination, "admin.Events", "", null);
    }

    private InputStream open(String destination, String method, String argument, byte @Nullable [] payload)
            throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        String header = method + "+" + argument + " dom0 name " + destination + "\0";
        channel.write(ByteBuffer.wrap(header.getBytes(StandardCharsets.US_ASCII)));
        if (payload != null) {
            channel.write(ByteBuffer.wrap(payload));
        }
        channel.shutdownOutput();
        return Channels.newInputStream(channel);
    }
}
