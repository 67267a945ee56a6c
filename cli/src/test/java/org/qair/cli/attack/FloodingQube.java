package org.qair.cli.attack;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.qair.protocol.TriggerService;

/**
 * A qube that opens connections to its trigger socket without end, in a process of its own: those that say nothing, halves of requests,
 * garbage, requests of which it awaits no answer. It says {@code flooding …} when it has them all, and keeps them until it is ended.
 */
final class FloodingQube {
    private FloodingQube() {}

    /** Arguments: the socket, and how many connections. */
    public static void main(String... arguments) throws Exception {
        UnixDomainSocketAddress door = UnixDomainSocketAddress.of(arguments[0]);
        int number = Integer.parseInt(arguments[1]);
        List<SocketChannel> held = new ArrayList<>();
        byte[] request = TriggerService.request("vault", "AppVM1", "test.Who+" + "x".repeat(100))
                .encode();
        byte[] garbage = new byte[64];
        java.util.Arrays.fill(garbage, (byte) 0xff);
        for (int i = 0; i < number; i++) {
            SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                connection.connect(door);
                held.add(connection);
                switch (i % 8) {
                    case 0 -> write(connection, request, request.length);
                    case 1 -> write(connection, garbage, garbage.length);
                    case 2, 3 -> write(connection, request, request.length / 2);
                    default -> {}
                }
            } catch (IOException hungUp) {
                connection.close();
            }
        }
        System.out.println("flooding with " + held.size() + " connections");
        System.out.flush();
        int ignored = System.in.read();
    }

    private static void write(SocketChannel connection, byte[] bytes, int length) throws IOException {
        int ignored = connection.write(ByteBuffer.wrap(bytes, 0, length));
    }
}
