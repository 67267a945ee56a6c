package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.qair.host.settings.EndpointTable;
import org.qair.host.settings.RelayUse;
import org.qair.relay.endpoint.EndpointLimits;

/** Which socket the endpoint of a host uses that was started with one. */
class InheritedSocketTest {
    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Test
    void itIsUsedWhereTheSettingsSayTheSame() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open().bind(loopback(0))) {
            int port = socket.socket().getLocalPort();
            assertThat(InheritedSocket.of(socket, loopback(port))).hasValue(socket);
            for (InetSocketAddress other :
                    List.of(loopback(port + 1), loopback(0), new InetSocketAddress("0.0.0.0", port))) {
                assertThatThrownBy(() -> InheritedSocket.of(socket, other))
                        .isInstanceOf(IOException.class)
                        .hasMessageContainingAll("`listen`", String.valueOf(port), "ListenStream=");
            }
        }
    }

    @Test
    void allAddressesAreTheSameOfEachFamily() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open().bind(new InetSocketAddress(0))) {
            int port = socket.socket().getLocalPort();
            assertThat(InheritedSocket.of(socket, new InetSocketAddress("0.0.0.0", port)))
                    .hasValue(socket);
            assertThat(InheritedSocket.of(socket, new InetSocketAddress("::", port)))
                    .hasValue(socket);
        }
    }

    @Test
    void standardInputThatIsNoListeningSocketIsNone() throws IOException {
        assertThat(InheritedSocket.of(null, loopback(1))).isEmpty();
        try (Pipe.SourceChannel other = Pipe.open().source()) {
            assertThat(InheritedSocket.of(other, loopback(1))).isEmpty();
        }
    }

    @Test
    void theLimitsOfTheSettingsAreThoseOfTheEndpoint() throws IOException {
        EndpointLimits few = new EndpointLimits(1, 1, 1, 1, Duration.ofSeconds(1), 1, Duration.ofSeconds(1), 1);
        EndpointTable table = new EndpointTable("127.0.0.1", 0, few, RelayUse.USUAL, List.of());
        assertThat(InheritedSocket.settings(table, new HostLayout(Path.of("/r")))
                        .limits())
                .isEqualTo(few);
    }
}
