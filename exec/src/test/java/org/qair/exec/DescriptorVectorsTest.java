package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.qair.call.Call;
import org.qair.call.CallId;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/** The shared vectors of what a socket service is told first. */
@Timeout(60)
class DescriptorVectorsTest {
    @TempDir
    Path directory;

    static Stream<String> vectors() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "vectors", "protocol", "descriptors.txt")).stream()
                .filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void isSentFirst(String vector) throws Exception {
        String[] sides = vector.split(" = ", 2);
        String[] words = sides[0].split(" ", -1);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("svc")));
            CompletableFuture<String> received = new CompletableFuture<>();
            Thread.startVirtualThread(() -> receive(server, received));
            FileService service = new TestServices(directory).files();
            Call call = new Call(
                    CallId.random(),
                    new QubeName(words[1]),
                    Optional.empty(),
                    RequestedTarget.parse(words[3]),
                    new QubeName(words[2]),
                    ServiceName.parse(words[0]),
                    Optional.empty());
            assertThat(service.run(call, TestStreams.sending("bytes"))).isZero();
            assertThat(received.get()).isEqualTo(sides[1] + "\0bytes");
        }
    }

    private static void receive(ServerSocketChannel server, CompletableFuture<String> received) {
        try (SocketChannel socket = server.accept()) {
            byte[] all = Channels.newInputStream(socket).readAllBytes();
            received.complete(new String(all, StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException failed) {
            received.completeExceptionally(failed);
        }
    }
}
