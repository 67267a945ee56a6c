package org.qair.host.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;
import org.slf4j.LoggerFactory;

/** Whoever does wrong on the policy socket harms himself alone, and the log says what he did. */
@Timeout(240)
class HostilePolicyTest {
    private static final SystemInfo NOBODY = new SystemInfo(List.of());
    private static final String QUESTION = "source=a\nintended_target=b\nservice_and_arg=svc\n\n";
    private static final Judge DENY = new Judge() {
        @Override
        public Decision decide(SystemInfo system, Request request) {
            return new Decision.Deny("always", false, Optional.empty(), List.of());
        }

        @Override
        public Decision answer(SystemInfo system, Request request, Decision.Ask ask, Destination chosen) {
            return decide(system, request);
        }
    };

    @TempDir
    Path directory;

    private final List<SocketChannel> open = new ArrayList<>();
    private final Log log = new Log();
    private Path path = Path.of("/");
    private PolicyDaemon daemon;

    /** What the daemon says. */
    private static final class Log extends AppenderBase<ILoggingEvent> {
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final Logger logger = (Logger) LoggerFactory.getLogger(PolicyDaemon.class);

        void begin() {
            setContext(logger.getLoggerContext());
            start();
            logger.setLevel(Level.INFO);
            logger.addAppender(this);
        }

        void end() {
            logger.detachAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }

        void await(String text) throws InterruptedException {
            String line = lines.poll(10, TimeUnit.SECONDS);
            while (line != null && !line.contains(text)) {
                line = lines.poll(10, TimeUnit.SECONDS);
            }
            assertThat(line).as("a line of the log with: %s", text).isNotNull();
        }
    }

    @BeforeEach
    void open() throws IOException {
        log.begin();
        path = directory.resolve("policy.sock");
        serve(Duration.ofMinutes(2));
    }

    private void serve(Duration patience) throws IOException {
        daemon = PolicyDaemon.open(SocketFile.ownerOnly(path), () -> NOBODY, () -> DENY, patience);
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel channel : open) {
            channel.close();
        }
        daemon.close();
        log.end();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
        open.add(channel);
        return channel;
    }

    private String ask(byte[] question) throws IOException {
        SocketChannel channel = connect();
        Bytes.writeFully(channel, question);
        channel.shutdownOutput();
        return new String(Bytes.readAll(channel, 5_000), StandardCharsets.US_ASCII);
    }

    private void assertServed() throws IOException {
        assertThat(ask(QUESTION.getBytes(StandardCharsets.US_ASCII))).isEqualTo("result=deny");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|it ends after 0 bytes, without an empty line",
                "source=a$|it ends after 9 bytes, without an empty line",
                "intended_target=b$service_and_arg=svc$$|`source` is missing",
                "source=a$source=b$$|`source` is there twice",
                "colour=red$$|unknown key in `colour=red`",
                "source$$|unknown key in `source`",
                "source=a$intended_target=b$service_and_arg=svc$just_evaluate=perhaps$$|`just_evaluate` is `yes` or `no`",
            })
    void theLogSaysWhatWasWrong(String question, String reason) throws Exception {
        byte[] bytes = question.replace('$', '\n').getBytes(StandardCharsets.US_ASCII);
        assertThat(ask(bytes)).isEmpty();
        log.await(reason);
        assertServed();
    }

    @Test
    void aThousandHalvesOfTheLargestQuestionHarmNobody() throws Exception {
        byte[] half = new byte[60 * 1024];
        Arrays.fill(half, (byte) 'x');
        for (int i = 0; i < 1_000; i++) {
            Bytes.writeFully(connect(), half);
        }
        assertServed();
    }

    @Test
    void halfAQuestionIsClosedInTimeAndNamed() throws Exception {
        daemon.close();
        serve(Duration.ofMillis(200));
        SocketChannel channel = connect();
        Bytes.writeFully(channel, "source=a\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        log.await("no whole question came within 200 ms");
    }

    @Test
    void whoLeavesBeforeTheAnswerCostsNothing() throws Exception {
        for (int i = 0; i < 200; i++) {
            try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                Bytes.writeFully(channel, QUESTION.getBytes(StandardCharsets.US_ASCII));
            }
        }
        assertServed();
    }

    @Test
    void randomBytesAreClosed() throws Exception {
        Random random = new Random(8_022);
        for (int i = 0; i < 300; i++) {
            byte[] question = new byte[random.nextInt(400)];
            random.nextBytes(question);
            assertThat(ask(question)).isEmpty();
        }
        assertServed();
    }
}
