package org.qair.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/**
 * Prints what a warm call of the client library takes, one caller and 16, and the throughput of its streams beside a plain Unix
 * socket's. Client and host share this JVM. Run it by hand; no test asserts a time.
 */
final class ClientBench {
    private static final long BYTES = 2L << 30;
    private static final int CHUNK = 65_536;

    private ClientBench() {}

    /** Runs all. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("qair-bench-");
        try (TestHost host = new TestHost(directory)) {
            host.with("true", (call, streams) -> 0);
            host.with("sink", (call, streams) -> {
                byte[] buffer = new byte[CHUNK];
                while (streams.stdin().read(buffer) >= 0) {
                    // taken
                }
                return 0;
            });
            host.with("source", (call, streams) -> {
                pump(streams.stdout());
                return 0;
            });
            QrexecClient client = QrexecClient.at(host.socket);
            for (int round = 0; round < 3; round++) {
                latency(client, 5000);
                rate(client, 16, 20_000);
                System.out.printf("plain socket     %7.0f MB/s%n", plain(directory.resolve("plain" + round)));
                System.out.printf("to the service   %7.0f MB/s%n", toService(client));
                System.out.printf("from the service %7.0f MB/s%n", fromService(client));
            }
        }
    }

    private static void call(QrexecClient client) {
        try (QrexecCall call = client.call("@default", "true")) {
            if (call.exitCode() != 0) {
                throw new IllegalStateException("exit code");
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void latency(QrexecClient client, int count) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            long start = System.nanoTime();
            call(client);
            times[i] = System.nanoTime() - start;
        }
        Arrays.sort(times);
        System.out.printf(
                "one caller       %7.3f ms median, %.3f ms p99%n",
                times[count / 2] / 1e6, times[count * 99 / 100] / 1e6);
    }

    private static void rate(QrexecClient client, int callers, int count) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(callers);
        long start = System.nanoTime();
        for (int c = 0; c < callers; c++) {
            Thread.ofPlatform().start(() -> {
                for (int i = 0; i < count / callers; i++) {
                    call(client);
                }
                done.countDown();
            });
        }
        done.await();
        System.out.printf("%d callers       %7.0f calls/s%n", callers, count * 1e9 / (System.nanoTime() - start));
    }

    private static void pump(OutputStream to) throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (long sent = 0; sent < BYTES; sent += CHUNK) {
            to.write(chunk);
        }
    }

    private static double megabytesPerSecond(long start) {
        return BYTES * 1e3 / (System.nanoTime() - start);
    }

    private static double toService(QrexecClient client) throws IOException {
        try (QrexecCall call = client.call("@default", "sink")) {
            long start = System.nanoTime();
            pump(call.stdin());
            call.stdin().close();
            call.exitCode();
            return megabytesPerSecond(start);
        }
    }

    private static double fromService(QrexecClient client) throws IOException {
        try (QrexecCall call = client.call("@default", "source")) {
            long start = System.nanoTime();
            byte[] buffer = new byte[CHUNK];
            InputStream from = call.stdout();
            while (from.read(buffer) >= 0) {
                // taken
            }
            return megabytesPerSecond(start);
        }
    }

    /** The same bytes in the same pieces, from a Java thread to another over a Unix socket, with nothing around them. */
    private static double plain(Path path) throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            Thread writer = Thread.ofPlatform().start(() -> writePlain(path));
            long start = System.nanoTime();
            try (SocketChannel from = server.accept()) {
                ByteBuffer buffer = ByteBuffer.wrap(new byte[CHUNK]);
                while (from.read(buffer.clear()) >= 0) {
                    // taken
                }
            }
            writer.join();
            return megabytesPerSecond(start);
        }
    }

    private static void writePlain(Path path) {
        try (SocketChannel to = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            byte[] chunk = new byte[CHUNK];
            for (long sent = 0; sent < BYTES; sent += CHUNK) {
                ByteBuffer bytes = ByteBuffer.wrap(chunk);
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
            }
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
