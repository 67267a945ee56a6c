package org.qair.relay.reverse;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.sshd.client.channel.AbstractClientChannel;
import org.apache.sshd.client.future.DefaultOpenFuture;
import org.apache.sshd.client.future.OpenFuture;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.RequestHandler;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.session.ConnectionService;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.subsystem.SubsystemFactory;
import org.qair.relay.OutputCommand;
import org.qair.relay.TrustingServer;
import org.qair.relay.keys.JdkSecurity;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

/** An SSH server that listens at each socket that it is asked for, says so, and has an sftp that answers what a test gave it. */
final class LyingSshd implements AutoCloseable {
    final BlockingQueue<Session> asked = new LinkedBlockingQueue<>();
    final BlockingQueue<String> takenBack = new LinkedBlockingQueue<>();
    volatile boolean isSilent;
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final KeyPair hostKey = SshKeys.generate();
    private final Path identity;
    private final SshServer server;

    LyingSshd(Path directory, byte[] answer) throws IOException {
        JdkSecurity.install();
        identity = directory.resolve("identity");
        var ignored = SshKeys.loadOrCreate(identity, "local-relay");
        server = TrustingServer.with(KeyPairProvider.wrap(hostKey));
        server.setSubsystemFactories(List.of(new Sftp(answer)));
        server.setGlobalRequestHandlers(List.of(this::request));
        server.start();
    }

    Peer peer() {
        return Peer.of("far", "127.0.0.1", server.getPort(), "any", List.of(hostKey.getPublic()), identity);
    }

    private RequestHandler.Result request(ConnectionService service, String name, boolean reply, Buffer body) {
        if (name.equals("streamlocal-forward@openssh.com")) {
            asked.add(service.getSession());
            return isSilent ? RequestHandler.Result.Replied : RequestHandler.Result.ReplySuccess;
        }
        if (name.equals("cancel-streamlocal-forward@openssh.com")) {
            takenBack.add(body.getString());
        }
        return RequestHandler.Result.Unsupported;
    }

    /** Opens a channel as from a socket; without a path it is a torn message. */
    OpenFuture openFrom(Session session, Optional<String> path) throws IOException {
        Forwarded channel = new Forwarded(path);
        session.getService(ConnectionService.class).registerChannel(channel);
        return channel.open();
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private static final class Forwarded extends AbstractClientChannel {
        private final Optional<String> path;

        Forwarded(Optional<String> path) {
            super(ForwardedChannel.TYPE);
            this.path = path;
        }

        @Override
        public synchronized OpenFuture open() throws IOException {
            openFuture = new DefaultOpenFuture(this, futureLock);
            Buffer buffer = getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_OPEN);
            buffer.putString(ForwardedChannel.TYPE);
            buffer.putUInt(getChannelId());
            buffer.putUInt(getLocalWindow().getSize());
            buffer.putUInt(getLocalWindow().getPacketSize());
            path.ifPresent(buffer::putString);
            writePacket(buffer);
            return openFuture;
        }

        @Override
        protected void doOpen() {}

        @Override
        protected void doWriteData(byte[] data, int offset, long length) {}

        @Override
        protected void doWriteExtendedData(byte[] data, int offset, long length) {}
    }

    private final class Sftp extends OutputCommand implements SubsystemFactory {
        private final byte[] answer;

        Sftp(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public String getName() {
            return "sftp";
        }

        @Override
        public Command createSubsystem(ChannelSession channel) {
            return this;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            Thread.ofVirtual().start(() -> {
                try {
                    do {
                        output.write(answer);
                        output.flush();
                    } while (answer.length > 1_000);
                } catch (IOException over) {
                    events.add("over");
                }
            });
        }

        @Override
        public void destroy(ChannelSession channel) {
            events.add("closed");
        }
    }
}
