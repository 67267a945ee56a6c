package org.qair.relay.endpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.session.Session;
import org.qair.policy.QubeName;
import org.qair.relay.HeldConnections;
import org.qair.relay.TestSwitchboard;
import org.qair.relay.Tools;
import org.qair.relay.incoming.RelayLimits;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.PeerLimits;
import org.qair.wire.NetworkLink;

/** An endpoint on loopback with one relay, and OpenSSH as its client. */
public final class EndpointFixture implements AutoCloseable {
    public static final QubeName RELAY = new QubeName("Local-Relay");

    public final Map<PublicKey, QubeName> keys = new ConcurrentHashMap<>();
    public final TestSwitchboard switchboard = new TestSwitchboard();
    public final HeldConnections held = new HeldConnections();
    public final SshEndpoint endpoint;
    public final Path identity;
    public final KeyPair identityKey;
    private final String address;
    private final Path knownHosts;

    public EndpointFixture(Path directory) throws IOException {
        this(directory, EndpointLimits.DEFAULT);
    }

    public EndpointFixture(Path directory, EndpointLimits limits) throws IOException {
        this(directory, "127.0.0.1", limits, RelayLimits.DEFAULT);
    }

    public EndpointFixture(Path directory, RelayLimits limits) throws IOException {
        this(directory, "127.0.0.1", EndpointLimits.DEFAULT, limits);
    }

    /** In the network namespace at the other end of a link. */
    public static EndpointFixture at(NetworkLink link, Path directory) throws Exception {
        return link.inside(
                () -> new EndpointFixture(directory, link.address(), EndpointLimits.DEFAULT, RelayLimits.DEFAULT));
    }

    /** At a socket that listens already. */
    public EndpointFixture(Path directory, ServerSocketChannel given) throws IOException {
        this(
                directory,
                (InetSocketAddress) given.getLocalAddress(),
                Optional.of(given),
                EndpointLimits.DEFAULT,
                RelayLimits.DEFAULT);
    }

    private EndpointFixture(Path directory, String address, EndpointLimits limits, RelayLimits ofRelay)
            throws IOException {
        this(directory, new InetSocketAddress(address, 0), Optional.empty(), limits, ofRelay);
    }

    /** @param ofRelay what {@link #RELAY} may use; others have the usual */
    private EndpointFixture(
            Path directory,
            InetSocketAddress listen,
            Optional<ServerSocketChannel> given,
            EndpointLimits limits,
            RelayLimits ofRelay)
            throws IOException {
        this.address = listen.getHostString();
        identity = directory.resolve("identity");
        identityKey = SshKeys.create(identity, "local-relay");
        keys.put(identityKey.getPublic(), RELAY);
        endpoint = SshEndpoint.open(
                new EndpointSettings(listen, given, directory.resolve("host"), limits),
                key -> Optional.ofNullable(keys.get(key))
                        .map(name -> name.equals(RELAY) ? new KnownRelay(name, ofRelay) : new KnownRelay(name)),
                switchboard,
                held);
        knownHosts = directory.resolve("known_hosts");
        Files.writeString(
                knownHosts,
                "[127.0.0.1]:%d %s\n".formatted(endpoint.port(), SshKeys.publicLine(endpoint.hostKey(), "")));
    }

    /** The private key file of another relay. */
    public Path otherRelay(Path directory) throws IOException {
        Path file = directory.resolve("other");
        keys.put(SshKeys.create(file, "other").getPublic(), new QubeName("Other-Relay"));
        return file;
    }

    public Peer peer() {
        return Peer.of("far", address, endpoint.port(), "qair", List.of(endpoint.hostKey()), identity);
    }

    /** Reached through another port. */
    public Peer peer(int port, PeerLimits limits) {
        return new Peer(
                "far",
                Peer.of("far", "127.0.0.1", port, "qair", List.of(endpoint.hostKey()), identity)
                        .destination(),
                limits);
    }

    /** The connections that there are now. */
    public List<Session> sessions() {
        return endpoint.sessions().all();
    }

    /** How many bytes of windows are not given out. */
    public long windowsLeft() {
        return endpoint.windows().left();
    }

    /** How a client ended; its stdout as one character a byte. */
    public record Result(int exitCode, String latin1, String stderr) {
        public byte[] stdout() {
            return latin1.getBytes(StandardCharsets.ISO_8859_1);
        }

        public String text() {
            return new String(stdout(), StandardCharsets.UTF_8);
        }
    }

    /** An OpenSSH client with these arguments. */
    public ProcessBuilder ssh(List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of("ssh", "-F", "none", "-p", String.valueOf(endpoint.port())));
        line.addAll(List.of("-o", "UserKnownHostsFile=" + knownHosts, "-o", "StrictHostKeyChecking=yes"));
        line.addAll(List.of("-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"));
        if (!options.contains("-i")) {
            line.addAll(List.of("-i", identity.toString()));
        }
        line.addAll(options);
        line.add("127.0.0.1");
        line.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().remove("SSH_AUTH_SOCK");
        return builder;
    }

    public Result call(byte[] stdin, String... command) throws IOException, InterruptedException {
        return run(ssh(List.of(), command), stdin);
    }

    public static Result run(ProcessBuilder builder, byte[] stdin) throws IOException, InterruptedException {
        Process process = builder.start();
        Thread writer = Thread.ofVirtual().start(() -> {
            try (var out = process.getOutputStream()) {
                out.write(stdin);
            } catch (IOException ended) {
                // the process did not want it
            }
        });
        ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        Thread errors = Thread.ofVirtual().start(() -> copy(process.getErrorStream(), stderr));
        byte[] stdout = process.getInputStream().readAllBytes();
        errors.join();
        if (!process.waitFor(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException("ssh did not end");
        }
        writer.join();
        return new Result(
                process.exitValue(),
                new String(stdout, StandardCharsets.ISO_8859_1),
                stderr.toString(StandardCharsets.UTF_8));
    }

    private static void copy(InputStream from, ByteArrayOutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        endpoint.close();
    }
}
