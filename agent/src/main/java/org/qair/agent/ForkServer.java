package org.qair.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.qair.channel.PeerIdentity;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.MessageType;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The field's {@code qrexec-fork-server}: a program in a user's session that runs what that user is to run, data channel and all, with
 * the session's environment. It listens on a socket of the user's; nobody else may listen there in its place.
 *
 * @param path its socket, {@code %s} for the user's name
 */
record ForkServer(String path) {
    private static final Logger LOG = LoggerFactory.getLogger(ForkServer.class);
    private static final int COMMAND_INFO = 16;

    /** A connection to the one of {@code user}; empty where there is none, or one that is somebody else's. */
    Optional<SocketChannel> find(String user) {
        Path socket = Path.of(path.replace("%s", user));
        if (!Files.exists(socket)) {
            return Optional.empty();
        }
        try {
            SocketChannel connection = UnixPaths.connect(socket);
            String listener = PeerIdentity.of(connection).user().getName();
            if (listener.equals(user)) {
                return Optional.of(connection);
            }
            connection.close();
            LOG.warn("`{}` is served by `{}`: nothing is run there", socket, listener);
        } catch (IOException unusable) {
            LOG.debug("no fork server at {}", socket, unusable);
        }
        return Optional.empty();
    }

    /**
     * Hands a command over and waits until it has ended.
     *
     * @param type whether its streams are on the data channel or on nothing
     * @param command without the user
     */
    static void run(SocketChannel connection, MessageType type, VchanAddress address, String command)
            throws IOException {
        byte[] text = command.getBytes(StandardCharsets.ISO_8859_1);
        ByteBuffer info = ByteBuffer.allocate(COMMAND_INFO + text.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        info.putInt(type.code()).putInt(address.domain()).putInt(address.port()).putInt(text.length + 1);
        Bytes.writeFully(connection, info.put(text).put((byte) 0).flip());
        if (connection.read(ByteBuffer.allocate(1)) > 0) {
            LOG.warn("a fork server sent something, which it never should");
        }
    }
}
