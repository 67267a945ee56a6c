package org.qair.host.prompts;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.qair.channel.PeerIdentity;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The socket where people's programs see prompts and answer them, {@code run/qair/prompts.sock}. The kernel says who is at the other
 * end: the host's own user, root, and the users that the settings name; others are closed.
 */
public final class PromptsSocket implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PromptsSocket.class);

    private final UnixServer server;

    private PromptsSocket(UnixServer server) {
        this.server = server;
    }

    /**
     * Opens it.
     *
     * @param users who may answer, beside the host's own user and root
     */
    public static PromptsSocket open(Path path, Prompts prompts, List<String> users) throws IOException {
        Set<String> allowed = new HashSet<>(users);
        allowed.add("root");
        allowed.add(System.getProperty("user.name", "root"));
        String mode = users.isEmpty() ? "rw-------" : "rw-rw-rw-";
        SocketFile file = new SocketFile(path, PosixFilePermissions.fromString(mode), Optional.empty());
        return new PromptsSocket(UnixServer.open(file, channel -> serve(channel, prompts, allowed)));
    }

    private static void serve(SocketChannel channel, Prompts prompts, Set<String> allowed) throws IOException {
        String user = PeerIdentity.of(channel).user().getName();
        if (!allowed.contains(user)) {
            LOG.warn("user `{}` may not answer prompts: name it in `prompts.users` of the settings to allow it", user);
            return;
        }
        try (PromptsConnection connection = new PromptsConnection(channel, prompts, user)) {
            connection.serve();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
