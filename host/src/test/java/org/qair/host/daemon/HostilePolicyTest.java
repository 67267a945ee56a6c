package org.qair.host.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.Decision;
import org.qair.policy.Destination;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;
import org.qair.testing.LogLines;
import org.qair.testing.Visitors;

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

    private final LogLines log = LogLines.of(PolicyDaemon.class);
    private Path path = Path.of("/");
    private PolicyDaemon daemon;
    private Visitors visitors;

    @BeforeEach
    void open() throws IOException {
        path = directory.resolve("policy.sock");
        visitors = new Visitors(path);
        serve(Duration.ofMinutes(2));
    }

    private void serve(Duration patience) throws IOException {
        daemon = PolicyDaemon.open(SocketFile.ownerOnly(path), () -> NOBODY, () -> DENY, patience);
    }

    @AfterEach
    void close() throws IOException {
        visitors.close();
        daemon.close();
        log.close();
    }

    private String ask(byte[] question) throws IOException {
        return new String(visitors.ask(question), StandardCharsets.US_ASCII);
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
        visitors.thousandHalves();
        assertServed();
    }

    @Test
    void halfAQuestionIsClosedInTimeAndNamed() throws Exception {
        daemon.close();
        serve(Duration.ofMillis(200));
        SocketChannel channel = visitors.saying("source=a\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        log.await("no whole question came within 200 ms");
    }

    @Test
    void whoLeavesBeforeTheAnswerCostsNothing() throws Exception {
        visitors.leavingEarly(200, QUESTION.getBytes(StandardCharsets.US_ASCII));
        assertServed();
    }

    @Test
    void randomBytesAreClosed() throws Exception {
        for (byte[] question : Visitors.random(300, 8_022)) {
            assertThat(ask(question)).isEmpty();
        }
        assertServed();
    }
}
