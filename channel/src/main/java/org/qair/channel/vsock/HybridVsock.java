package org.qair.channel.vsock;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.Optional;
import org.qair.channel.Patience;
import org.qair.channel.PeerIdentity;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixPaths;

/**
 * The host's side of a guest's vchans where its virtual machine monitor has a Unix socket in the place of AF_VSOCK, as Firecracker
 * and Cloud Hypervisor do: whoever connects to it writes {@code CONNECT PORT} and reads {@code OK PORT}; what the guest connects to on
 * the host is a Unix socket whose path has {@code _PORT} at its end. The guest itself sees AF_VSOCK ({@link Vsock#towardsHost}).
 *
 * <p>Who the guest is, the path says. The monitor must be the one that made the socket, and alone may connect to what is listened on
 * for it.
 */
public final class HybridVsock implements Vchan {
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int LONGEST_ANSWER = 32;
    private static final int FILE_TYPE = 0170000;
    private static final int SOCKET = 0140000;

    private final Path socket;

    /** @param socket the monitor's, {@code uds_path} of Firecracker, {@code --vsock socket=} of Cloud Hypervisor */
    public HybridVsock(Path socket) {
        this.socket = socket;
    }

    @Override
    public Listener listen(int server, int client, int port) throws IOException {
        Path path = socket.resolveSibling(socket.getFileName() + "_" + port);
        SocketFile file = new SocketFile(path, PosixFilePermissions.fromString("rw-------"), Optional.of(monitor()));
        ServerSocketChannel listening = file.replace(".q" + port, 1);
        return new SocketVchan.Listener(path, listening);
    }

    @Override
    public SocketChannel connect(int server, int client, int port, Duration limit)
            throws IOException, InterruptedException {
        return Patience.of(limit)
                .await(() -> tryToConnect(port))
                .orElseThrow(() -> new SocketTimeoutException(
                        "nobody listened at port %d of `%s` within %d s".formatted(port, socket, limit.toSeconds())));
    }

    private Optional<SocketChannel> tryToConnect(int port) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        UserPrincipal monitor = monitor();
        SocketChannel channel;
        try {
            channel = UnixPaths.connect(socket);
        } catch (ConnectException notRunning) {
            return Optional.empty();
        }
        try {
            UserPrincipal listener = PeerIdentity.of(channel).user();
            if (!listener.equals(monitor)) {
                throw new IOException("user `%s` listens at `%s`, which is user `%s`'s"
                        .formatted(listener.getName(), socket, monitor.getName()));
            }
            if (isConnected(channel, port)) {
                return Optional.of(channel);
            }
            channel.close();
            return Optional.empty();
        } catch (IOException | RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    /** Who owns the monitor's socket; no link is followed. */
    private UserPrincipal monitor() throws IOException {
        int mode = (int) Files.getAttribute(socket, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        if ((mode & FILE_TYPE) != SOCKET) {
            throw new IOException("`%s` is no socket".formatted(socket));
        }
        return Files.getOwner(socket, LinkOption.NOFOLLOW_LINKS);
    }

    /** Asks for a port. The monitor answers, or closes the connection when nobody listens there in the guest. */
    private boolean isConnected(SocketChannel channel, int port) throws IOException {
        try (Deadline deadline = new Deadline(ANSWER, channel)) {
            try {
                Bytes.writeFully(channel, ("CONNECT " + port + "\n").getBytes(US_ASCII));
                Optional<String> answer = line(channel);
                if (answer.isPresent() && !answer.get().matches("OK [0-9]+")) {
                    throw new IOException("`%s` answered `%s` to CONNECT".formatted(socket, answer.get()));
                }
                return answer.isPresent();
            } catch (IOException failure) {
                throw deadline.expired()
                        ? new IOException(
                                "`%s` did not answer CONNECT within %d s".formatted(socket, ANSWER.toSeconds()),
                                failure)
                        : failure;
            }
        }
    }

    /** One line, and not a byte more: what follows is the guest's. Nothing at the end of the stream. */
    private Optional<String> line(SocketChannel channel) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (channel.read(one.clear()) > 0) {
            char c = (char) (one.get(0) & 0xff);
            if (c == '\n') {
                return Optional.of(line.toString());
            }
            if (c < ' ' || c > '~' || line.length() == LONGEST_ANSWER) {
                throw new IOException("`%s` answered CONNECT with something else than a line".formatted(socket));
            }
            line.append(c);
        }
        return Optional.empty();
    }
}
