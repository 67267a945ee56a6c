package org.qair.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.channel.RefusedException;

/** Once over a vchan, once over the connection of the request. */
@Timeout(60)
@ParameterizedClass
@ValueSource(booleans = {false, true})
class QrexecClientTest {
    @Parameter
    boolean inBand;

    @TempDir
    Path directory;

    private TestHost host;
    private QrexecClient client;

    @BeforeEach
    void startHost() throws IOException {
        host = new TestHost(directory, inBand);
        client = QrexecClient.at(host.socket);
        host.with("echo", (call, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            return 3;
        });
        host.with("sleep", (call, streams) -> {
            streams.stdout().write('x');
            Thread.sleep(Duration.ofHours(1));
            return 0;
        });
    }

    @AfterEach
    void stopHost() throws IOException {
        host.close();
    }

    @Test
    void aCallInThreeLines() throws Exception {
        try (QrexecCall call = client.call("@default", "echo+argument")) {
            call.stdin().write("question".getBytes(UTF_8));
            call.stdin().close();
            assertThat(call.stdout().readAllBytes()).asString(UTF_8).isEqualTo("question");
            assertThat(call.exitCode()).isEqualTo(3);
        }
    }

    @Test
    void theExampleOfTheDocumentationCompiles() throws Exception {
        String source = Files.readString(Path.of("src/main/java/org/qair/client/QrexecClient.java"));
        String example = source.substring(source.indexOf("{@snippet :") + 11, source.indexOf("* }\n */"))
                .replace("\n *", "\n");
        Path file = Files.writeString(
                directory.resolve("Example.java"),
                "import org.qair.client.*; import java.nio.charset.StandardCharsets;"
                        + "class Example { int run() throws Exception {" + example.replace("int code =", "return")
                        + "} }");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        String classPath = System.getProperty("java.class.path", "");
        assertThat(compiler.run(null, null, errors, "-d", directory.toString(), "-cp", classPath, file.toString()))
                .as(errors.toString(StandardCharsets.UTF_8))
                .isZero();
    }

    @Test
    void transferCopiesBothWays() throws Exception {
        byte[] data = new byte[2 << 20];
        java.util.Arrays.fill(data, (byte) 5);
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try (QrexecCall call = client.call("@default", "echo")) {
            assertThat(call.transfer(new ByteArrayInputStream(data), output)).isEqualTo(3);
        }
        assertThat(output.toByteArray()).isEqualTo(data);
    }

    @Test
    void aVchanIsMadeOnlyWhereTheConnectionWillNotDo() throws Exception {
        Path vchans = directory.resolve("vchan");
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(vchans, before);
        host.with("none", (call, streams) -> 0);
        try (QrexecCall call = client.call("", "none")) {
            assertThat(call.exitCode()).isZero();
        }
        assertThat(Files.getLastModifiedTime(vchans).equals(before)).isEqualTo(inBand);
    }

    @Test
    void aRefusalHasItsOwnType() {
        assertThatThrownBy(() -> client.call("@default", "absent")).isInstanceOf(RefusedException.class);
    }

    @Test
    void aCallThatTakesTooLongIsEndedAtBothEnds() throws Exception {
        try (QrexecCall call = client.withTimeout(Duration.ofMillis(300)).call("@default", "sleep")) {
            assertThatThrownBy(() -> call.stdout().readAllBytes())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage("the call took too long");
            assertThatThrownBy(call::exitCode).isInstanceOf(SocketTimeoutException.class);
        }
        assertThat(host.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeIsWithdrawn() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        host.decide = call -> {
            asked.countDown();
            Thread.sleep(Duration.ofHours(1)); // as a person who is asked may
        };
        assertThatThrownBy(() -> client.withTimeout(Duration.ofMillis(300)).call("@default", "echo"))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("the call took too long");
        assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(host.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("withdrawn");
    }

    @Test
    void inputThatBreaksCancelsTheCallAndIsNotTakenForItsEnd() throws Exception {
        InputStream disk = new FilterInputStream(InputStream.nullInputStream()) {
            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                throw new IOException("a bad disk");
            }
        };
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(new byte[100]), disk);
        try (QrexecCall call = client.call("@default", "echo")) {
            assertThatThrownBy(() -> call.transfer(broken, OutputStream.nullOutputStream()))
                    .hasMessage("the input of the call cannot be read: a bad disk");
        }
        assertThat(host.ends.poll(30, TimeUnit.SECONDS)).matches("interrupted|lost: .*");
    }

    @Test
    void closingFromAnotherThreadCancels() throws Exception {
        try (QrexecCall call = client.call("@default", "sleep")) {
            assertThat(call.stdout().read()).isEqualTo('x');
            Thread.ofVirtual().start(() -> cancel(call));
            assertThatThrownBy(call::exitCode).hasMessage("the call was cancelled");
        }
        assertThat(host.ends.poll(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
    }

    private static void cancel(QrexecCall call) {
        try {
            call.close();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void speaksForAnotherQubeAndSendsErrorsWhereTold() throws Exception {
        host.with("complain", (call, streams) -> {
            streams.stderr().write("no".getBytes(UTF_8));
            return 1;
        });
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (QrexecCall call = client.withSource("far").withErrors(errors).call("@default", "complain")) {
            assertThat(call.exitCode()).isEqualTo(1);
        }
        assertThat(errors.toString(UTF_8)).isEqualTo("no");
        assertThat(host.asked.getFirst().requestedSource()).hasValue("far");
    }

    @Test
    void aSlowReaderHoldsTheServiceUpInsteadOfFillingMemory() throws Exception {
        long[] written = new long[1];
        host.with("flood", (call, streams) -> {
            byte[] chunk = new byte[65_536];
            for (int i = 0; i < 1024; i++) {
                streams.stdout().write(chunk);
                written[0] += chunk.length;
            }
            return 0;
        });
        try (QrexecCall call = client.call("@default", "flood")) {
            assertThat(call.stdout().read()).isZero();
            assertThat(host.ends.poll(1, TimeUnit.SECONDS))
                    .as("64 MiB fit nowhere")
                    .isNull();
            assertThat(written[0]).isLessThan(4 << 20);
            assertThat(call.stdout().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo((64 << 20) - 1);
            assertThat(call.exitCode()).isZero();
        }
        assertThat(List.copyOf(host.log)).isEmpty();
    }
}
