package org.qair.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.SocketFile;
import org.qair.host.audit.AuditRecord.Bytes;
import org.qair.host.audit.AuditRecord.End;
import org.qair.host.audit.AuditRecord.Outcome;
import org.qair.host.metrics.Meter.PolicyReading;
import org.qair.host.metrics.Meter.PromptEnd;

/** The doors at which metrics are read, over real sockets. */
@Timeout(60)
class MetricsDoorsTest {
    @TempDir
    Path directory;

    private final Metrics metrics = new Metrics();

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static HttpResponse<String> get(int port, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(directory.resolve("m.sock")));
        return channel;
    }

    private String exchange(String request) throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.ISO_8859_1)));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private MetricsSocket socket() throws IOException {
        return MetricsSocket.open(SocketFile.ownerOnly(directory.resolve("m.sock")), metrics);
    }

    @Test
    void aScraperReadsWhatWasCounted() throws Exception {
        metrics.gauge("qair_calls_running", "Calls that run now.", () -> 3);
        metrics.callEnded(
                "ssh",
                "allow",
                new End(Outcome.COMPLETED, Optional.of(0), 20_000, Optional.of(new Bytes(1, 2, 3)))
                        .with(java.util.Map.of("decide", 2_000L)));
        metrics.callEnded("trigger", "deny", new End(Outcome.REFUSED, Optional.of(126), 5, Optional.of(Bytes.NONE)));
        metrics.prompted(PromptEnd.DENIED);
        metrics.policyRead(PolicyReading.BROKEN);
        try (MetricsPort port = MetricsPort.open(loopback(), metrics)) {
            HttpResponse<String> answer = get(port.port(), "/metrics");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains(Metrics.CONTENT_TYPE);
            assertThat(answer.body().lines())
                    .contains(
                            "# TYPE qair_calls_total counter",
                            "qair_calls_total{decision=\"allow\",door=\"ssh\",outcome=\"completed\"} 1.0",
                            "qair_calls_total{decision=\"deny\",door=\"trigger\",outcome=\"refused\"} 1.0",
                            "qair_call_bytes_total{stream=\"err\"} 3.0",
                            "qair_call_duration_seconds_bucket{outcome=\"completed\",le=\"0.01\"} 0",
                            "qair_call_duration_seconds_bucket{outcome=\"completed\",le=\"0.025\"} 1",
                            "qair_call_stage_seconds_bucket{stage=\"decide\",le=\"0.0025\"} 1",
                            "qair_call_stage_seconds_count{stage=\"decide\"} 1",
                            "qair_calls_running 3.0",
                            "qair_prompts_total{end=\"denied\"} 1.0",
                            "qair_prompts_total{end=\"allowed\"} 0.0",
                            "qair_policy_reads_total{result=\"broken\"} 1.0");
        }
    }

    @Test
    void theSocketIsItsOwnersAndSaysTheSame() throws Exception {
        metrics.policyRead(PolicyReading.LOADED);
        try (MetricsSocket socket = socket()) {
            assertThat(socket).isNotNull();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("m.sock"))))
                    .isEqualTo("rw-------");
            String answer = exchange("GET /metrics HTTP/1.1\r\nHost: here\r\n\r\n");
            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("Content-Type: " + Metrics.CONTENT_TYPE)
                    .contains("qair_policy_reads_total{result=\"loaded\"} 1.0");
        }
    }

    @Test
    void whatIsNoRequestForTheMetricsIsAnsweredAsThat() throws Exception {
        try (MetricsSocket socket = socket();
                MetricsPort port = MetricsPort.open(loopback(), metrics)) {
            assertThat(socket).isNotNull();
            assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404");
            assertThat(exchange("POST /metrics HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 405");
            assertThat(exchange("hello\n\n")).startsWith("HTTP/1.1 400");
            assertThat(exchange("x".repeat(MetricsSocket.LONGEST))).startsWith("HTTP/1.1 400");
            assertThat(get(port.port(), "/").statusCode()).isEqualTo(404);
            assertThat(exchange(port.port(), "POST /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n"))
                    .startsWith("HTTP/1.1 405");
        }
    }

    /** As a page in a browser here would, whose name somebody has made to lead to this machine. */
    @Test
    void whoeverAsksByAnotherNameIsRefused() throws Exception {
        try (MetricsPort port = MetricsPort.open(loopback(), metrics)) {
            String request = "GET /metrics HTTP/1.1\r\nConnection: close\r\nHost: ";
            assertThat(exchange(port.port(), request + "evil.example:9464\r\n\r\n"))
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("qair_");
            assertThat(exchange(port.port(), request + "localhost:9464\r\n\r\n"))
                    .startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void anAddressThatOthersReachIsRefused() {
        assertThatThrownBy(() -> MetricsPort.open(new InetSocketAddress(0), metrics))
                .hasMessageContaining("is no loopback address");
    }

    @Test
    void connectionsThatSendNothingAreBoundedAndStopNobodyForLong() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        SocketFile file = SocketFile.ownerOnly(directory.resolve("m.sock"));
        try (MetricsSocket socket = MetricsSocket.open(file, metrics, Duration.ofMillis(200))) {
            assertThat(socket).isNotNull();
            for (int i = 0; i < 40; i++) {
                silent.add(connect());
            }
            int ended = 0;
            for (SocketChannel channel : silent) {
                ended += channel.read(ByteBuffer.allocate(1)) < 0 ? 1 : 0; // by the limit of number or of time
            }
            assertThat(ended).isEqualTo(40);
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Property
    void aHeadEndsAtItsEmptyLineAndIsNeverLongerThanAllowed(@ForAll byte[] sent) throws IOException {
        InputStream input = new ByteArrayInputStream(sent);
        Optional<String> head = MetricsSocket.head(input);
        head.ifPresent(text -> assertThat(text.length()).isLessThan(MetricsSocket.LONGEST));
        String all = new String(sent, StandardCharsets.ISO_8859_1);
        assertThat(head.isPresent())
                .isEqualTo(all.contains("\n\n")
                        || java.util.regex.Pattern.compile("\n\r+\n")
                                .matcher(all)
                                .find());
    }
}
