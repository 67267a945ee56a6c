package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;

@Timeout(120)
class AdminReplyTest {
    private static final QubeName WORK = new QubeName("work");

    @TempDir
    Path directory;

    @Test
    void an_answer_is_the_bytes_of_the_socket() throws Exception {
        assertThat(written(AdminAnswer.Ok.of("x"), true)).isEqualTo("0\0x");
        assertThat(written(new AdminAnswer.Failure("QubesValueError", "100%"), true))
                .isEqualTo("2\0QubesValueError\0\000100%%\0");
        assertThat(written(new AdminAnswer.Malformed("no such method"), false)).isEmpty();
    }

    @Test
    void the_source_of_a_call_is_noted_on_what_it_makes() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
            AdminApi.of(registry)
                    .handle(new AdminCall(
                            WORK,
                            "admin.vm.Create.RemoteVM",
                            "",
                            "dom0",
                            "name=far label=red".getBytes(StandardCharsets.UTF_8)));
            assertThat(registry.snapshot().get(new QubeName("far")).tags()).containsExactly("created-by-work");
        }
    }

    @Test
    void events_are_written_until_the_thread_is_interrupted() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"));
                PipedInputStream in = new PipedInputStream(10_000);
                PipedOutputStream out = new PipedOutputStream(in)) {
            AdminAnswer events = AdminApi.of(registry).handle(AdminCall.of("admin.Events", "", QubeName.DOM0, ""));
            AtomicBoolean interrupted = new AtomicBoolean();
            Thread listener = Thread.ofVirtual().start(() -> {
                try {
                    AdminReply.write(events, out);
                } catch (IOException failed) {
                    interrupted.set(false);
                } catch (InterruptedException expected) {
                    interrupted.set(true);
                }
            });
            expect(in, "1\0\0connection-established\0\0");
            registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
            expect(in, "1\0\0domain-add\0vm\0work\0\0");
            listener.interrupt();
            assertThat(listener.join(Duration.ofSeconds(60))).isTrue();
            assertThat(interrupted).isTrue();
        }
    }

    private static void expect(PipedInputStream in, String expected) throws IOException {
        assertThat(new String(in.readNBytes(expected.length()), StandardCharsets.US_ASCII))
                .isEqualTo(expected);
    }

    private static String written(AdminAnswer answer, boolean answered) throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(AdminReply.write(answer, out)).isEqualTo(answered);
        return out.toString(StandardCharsets.US_ASCII);
    }
}
