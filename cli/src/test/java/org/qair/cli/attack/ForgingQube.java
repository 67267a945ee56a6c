package org.qair.cli.attack;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.qair.protocol.TriggerService;

/**
 * A qube that writes into its requests what a client never does: idents, sources and lengths of its own choice. A process of its own,
 * which says for each how many bytes the host answered before it hung up.
 */
final class ForgingQube {
    private static final int IDENT = 8 + 64 + 64;

    private final UnixDomainSocketAddress door;

    private ForgingQube(String door) {
        this.door = UnixDomainSocketAddress.of(door);
    }

    /** Argument: the socket. */
    public static void main(String... arguments) throws Exception {
        ForgingQube qube = new ForgingQube(arguments[0]);
        byte[] honest = TriggerService.request("", "Calm-Remote", "test.Who").encode();
        qube.send("path", withIdent(honest, "../../../etc/passwd"));
        qube.send("control", withIdent(honest, "SOCKET\n1"));
        qube.send("long", withIdent(honest, "x".repeat(32)));
        qube.send(
                "source",
                TriggerService.request("AppVM1", "Calm-Remote", "test.Who").encode());
        qube.send(
                "dom0",
                TriggerService.request("dom0", "Calm-Remote", "test.Who").encode());
        byte[] length = honest.clone();
        ByteBuffer.wrap(length).putInt(4, 0xffffffff);
        qube.send("length", length);
    }

    private static byte[] withIdent(byte[] request, String ident) {
        byte[] forged = request.clone();
        byte[] bytes = ident.getBytes(StandardCharsets.ISO_8859_1);
        java.util.Arrays.fill(forged, IDENT, IDENT + 32, (byte) 0);
        System.arraycopy(bytes, 0, forged, IDENT, bytes.length);
        return forged;
    }

    private void send(String what, byte[] request) {
        try (SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connection.connect(door);
            int ignored = connection.write(ByteBuffer.wrap(request));
            say(what, Channels.newInputStream(connection).readAllBytes().length);
        } catch (IOException hungUp) {
            say(what, 0);
        }
    }

    private static void say(String what, int bytes) {
        System.out.println(what + " " + bytes);
        System.out.flush();
    }
}
