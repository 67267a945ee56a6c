package org.qair.relay.reverse;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.qair.policy.Printable;

/** What an SFTP server answers to what we ask (version 3, draft-ietf-secsh-filexfer-02). */
sealed interface SftpAnswer {
    /** How a request went: 0 is well. */
    record Status(int code) implements SftpAnswer {
        static final int OK = 0;
        static final int NO_SUCH_FILE = 2;
    }

    /** A path. */
    record Name(String path) implements SftpAnswer {}

    /** A file's type and permissions, as {@code stat(2)} has them; 0 when they were not told. */
    record Attributes(int mode) implements SftpAnswer {
        private static final int TYPE = 0xf000;
        private static final int SOCKET = 0xc000;

        boolean isSocket() {
            return (mode & TYPE) == SOCKET;
        }
    }

    /** The longest that is read, with its type. */
    int LONGEST = 32 * 1024;

    /**
     * Takes one apart.
     *
     * @param packet all after its length
     * @param id of the request that it must answer
     * @throws IOException when it is none of these
     */
    static SftpAnswer decode(byte[] packet, int id) throws IOException {
        ByteBuffer from = ByteBuffer.wrap(packet);
        try {
            int type = from.get() & 0xff;
            int answers = from.getInt();
            if (answers != id) {
                throw new IOException("its sftp answered request %d, not %d".formatted(answers, id));
            }
            return switch (type) {
                case 101 -> new Status(from.getInt());
                case 104 -> name(from);
                case 105 -> attributes(from);
                default -> throw new IOException("its sftp sent a packet of type %d".formatted(type));
            };
        } catch (BufferUnderflowException torn) {
            throw new IOException("its sftp sent half a packet", torn);
        }
    }

    private static Name name(ByteBuffer from) throws IOException {
        int count = from.getInt();
        int length = from.getInt();
        if (count != 1 || length < 0 || length > from.remaining()) {
            throw new IOException("its sftp sent no path");
        }
        byte[] bytes = new byte[length];
        from.get(bytes);
        String path = new String(bytes, StandardCharsets.UTF_8);
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IOException("its sftp says that the home is `%s`".formatted(Printable.line(path)));
        }
        return new Name(path);
    }

    private static Attributes attributes(ByteBuffer from) {
        int flags = from.getInt();
        if ((flags & 1) != 0) {
            from.getLong(); // size
        }
        if ((flags & 2) != 0) {
            from.getLong(); // owner and group
        }
        return new Attributes((flags & 4) != 0 ? from.getInt() : 0);
    }
}
