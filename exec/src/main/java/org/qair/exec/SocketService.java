package org.qair.exec;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.policy.QubeName;

/** A service that somebody else's process gives on a socket. It has no stderr, and no exit code but 0. */
final class SocketService {
    private final String name;
    private final Opening opening;
    private final boolean described;

    private SocketService(String name, Opening opening, boolean described) {
        this.name = name;
        this.opening = opening;
        this.described = described;
    }

    /** On a Unix socket; it first receives who calls what. */
    static SocketService unix(Path path) {
        return new SocketService(path.toString(), () -> SocketChannel.open(UnixDomainSocketAddress.of(path)), true);
    }

    /** On a TCP port, which receives the caller's bytes alone. */
    static SocketService tcp(TcpAddress address) {
        return new SocketService(
                address.host().getHostAddress() + " port " + address.port(),
                () -> SocketChannel.open(address.socketAddress()),
                false);
    }

    int run(Call call, Streams streams) throws CallException, InterruptedException {
        try (SocketChannel socket = connect();
                InputStream stdin = streams.stdin()) {
            InputStream received = Channels.newInputStream(socket);
            OutputStream sent = new HalfClosing(socket);
            if (described) {
                sent.write(descriptor(call).getBytes(StandardCharsets.US_ASCII));
            }
            Pump.between("stdin-" + call.id(), stdin, sent);
            Pump stdout = Pump.between("stdout-" + call.id(), received, streams.stdout());
            streams.stderr().close();
            stdout.join();
            return 0;
        } catch (IOException broken) {
            throw new CallException.Failed("service socket `%s` broke off".formatted(name), broken);
        }
    }

    private SocketChannel connect() throws CallException {
        try {
            return opening.open();
        } catch (IOException refused) {
            throw new CallException.Failed("nobody listens on service socket `%s`".formatted(name), refused);
        }
    }

    private static String descriptor(Call call) {
        String requested = call.requestedTarget().toString();
        boolean keyword = requested.startsWith("@");
        String target = call.target().equals(QubeName.DOM0)
                ? (keyword ? " keyword " + requested.substring(1) : " name " + requested)
                : "";
        return call.service() + " " + call.source() + target + "\0";
    }

    private interface Opening {
        SocketChannel open() throws IOException;
    }

    /** Its close ends the writing direction alone. */
    private static final class HalfClosing extends FilterOutputStream {
        private final SocketChannel socket;

        HalfClosing(SocketChannel socket) {
            super(Channels.newOutputStream(socket));
            this.socket = socket;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() throws IOException {
            socket.shutdownOutput();
        }
    }
}
