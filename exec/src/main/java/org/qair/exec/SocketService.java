package org.qair.exec;

import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.channel.unix.Bytes;
import org.qair.policy.QubeName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service that somebody else's process gives on a socket, which first receives who calls what. It has no stderr, and no exit code
 * but 0. The call ends when both directions have ended or the service has closed its socket, or sooner where the service is
 * configured so.
 */
final class SocketService implements Prepared {
    private static final Logger LOG = LoggerFactory.getLogger(SocketService.class);

    private final String name;
    private final Opening opening;
    private final Call call;
    private final ServiceConfig config;

    private SocketService(String name, Opening opening, Call call, ServiceConfig config) {
        this.name = name;
        this.opening = opening;
        this.call = call;
        this.config = config;
    }

    /** On a Unix socket. */
    static SocketService unix(Path path, Call call, ServiceConfig config) {
        return new SocketService(
                path.toString(), () -> SocketChannel.open(UnixDomainSocketAddress.of(path)), call, config);
    }

    /** On a TCP port. */
    static SocketService tcp(TcpAddress address, Call call, ServiceConfig config) {
        return new SocketService(
                address.host().getHostAddress() + " port " + address.port(),
                () -> SocketChannel.open(address.socketAddress()),
                call,
                config);
    }

    @Override
    public int run(Streams streams) throws CallException, InterruptedException {
        return run(connect(), streams);
    }

    @Override
    public void start() throws CallException {
        SocketChannel connected = connect();
        Thread.ofVirtual().name("alone " + call.id()).start(() -> runAlone(connected));
    }

    @Override
    public Optional<String> user() {
        return Optional.empty();
    }

    private void runAlone(SocketChannel connected) {
        try {
            run(connected, PlainStreams.none());
        } catch (CallException | InterruptedException broken) {
            LOG.warn("call {}: {}", call.id(), broken.getMessage());
        }
    }

    private int run(SocketChannel connected, Streams streams) throws CallException, InterruptedException {
        try {
            exchange(connected, streams).join(); // its socket is closed, so nothing more is read of what still comes
            return 0;
        } catch (IOException broken) {
            if (Thread.interrupted()) { // which closes the socket that the thread is at
                throw new InterruptedException("the call was cut off");
            }
            throw new CallException.Failed("service socket `%s` broke off".formatted(name), broken);
        }
    }

    /** Passes both directions on until the call ends, and returns the one to the caller. */
    private Pump exchange(SocketChannel connected, Streams streams) throws IOException, InterruptedException {
        try (SocketChannel socket = connected;
                InputStream stdin = streams.stdin()) {
            if (!config.skipDescriptor()) {
                Bytes.writeFully(socket, ByteBuffer.wrap(descriptor().getBytes(StandardCharsets.US_ASCII)));
            }
            ToService sent = ToService.over(socket, stdin);
            Pump toService = Pump.between("stdin-" + call.id(), StreamSource.of(stdin), sent);
            Pump toCaller = Pump.between("stdout-" + call.id(), socket, toCaller(streams, sent));
            try {
                awaitEnd(sent, toService, toCaller);
            } finally {
                sent.unwatch();
            }
            return toCaller;
        }
    }

    /** The end of the output is that of the call, where nothing is sent to the service any more. */
    private WritableByteChannel toCaller(Streams streams, ToService sent) {
        WritableByteChannel stdout = StreamSink.of(streams.stdout());
        return streams.endWithCall() && !(stdout instanceof StreamSink)
                ? new LastOutput(stdout, () -> config.exitOnServiceEof() || sent.isOver())
                : stdout;
    }

    /** What a service that has gone had sent before is passed on, also when it no longer took what the caller sends. */
    private void awaitEnd(ToService sent, Pump toService, Pump toCaller) throws InterruptedException {
        if (config.exitOnClientEof()) {
            sent.awaitEnd();
            if (toService.isAtEnd()) {
                return;
            }
        }
        toCaller.join();
        if (!config.exitOnServiceEof()) {
            sent.awaitEnd();
        }
    }

    private SocketChannel connect() throws CallException {
        try {
            return opening.open();
        } catch (IOException refused) {
            throw new CallException.Failed("nobody listens on service socket `%s`".formatted(name), refused);
        }
    }

    private String descriptor() {
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
}
