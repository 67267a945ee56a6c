package org.qair.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetworkLinkTest {
    @BeforeEach
    void needNamespaces() {
        Optional<String> missing = NetworkLink.missing();
        if (System.getenv("CI") != null) {
            assertThat(missing).as("not to be skipped in CI").isEmpty();
        }
        Assumptions.assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    }

    private static ServerSocket listen(NetworkLink link) throws Exception {
        return link.inside(() -> {
            ServerSocket socket = new ServerSocket();
            socket.bind(new InetSocketAddress(link.address(), 0));
            return socket;
        });
    }

    @Test
    void aByteTakesTheDelayInEachDirection() throws Exception {
        try (NetworkLink link = new NetworkLink(Duration.ofMillis(30), 0);
                ServerSocket server = listen(link);
                Socket near = new Socket(link.address(), server.getLocalPort());
                Socket far = server.accept()) {
            long start = System.nanoTime();
            say(near, far);
            say(far, near);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(60));
        }
    }

    @Test
    void whatIsLostOrCutOffComesLater() throws Exception {
        try (NetworkLink link = new NetworkLink(Duration.ZERO, 0.2);
                ServerSocket server = listen(link);
                Socket near = new Socket(link.address(), server.getLocalPort());
                Socket far = server.accept()) {
            for (int i = 0; i < 20; i++) {
                say(near, far);
            }
            link.cut(true);
            near.getOutputStream().write(1);
            link.cut(false);
            assertThat(far.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void nothingIsLeftOfIt() throws Exception {
        Path namespace;
        try (NetworkLink link = new NetworkLink(Duration.ZERO, 0)) {
            namespace = Path.of("/run/netns", link.namespace());
            assertThat(namespace).exists();
        }
        assertThat(Files.exists(namespace)).isFalse();
    }

    private static void say(Socket from, Socket to) throws IOException {
        from.setTcpNoDelay(true);
        from.getOutputStream().write(1);
        assertThat(to.getInputStream().read()).isEqualTo(1);
    }
}
