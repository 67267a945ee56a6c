package org.qair.host.prompts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.UnixPaths;
import org.qair.host.lines.JsonLine;
import org.qair.host.lines.LinesClient;
import org.qair.host.lines.MalformedLineException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class PromptsSocketTest {
    @TempDir
    Path directory;

    private Prompts prompts;
    private Path socket;
    private PromptsSocket server;

    @BeforeEach
    void open() throws Exception {
        PromptSettings settings = new PromptSettings(
                List.of(Asking.TERMINAL), Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ZERO, List.of());
        prompts = new Prompts(settings, GuiAgent.NONE, Clock.systemUTC());
        socket = directory.resolve("prompts.sock");
        server = PromptsSocket.open(socket, prompts, List.of());
    }

    @AfterEach
    void close() throws Exception {
        server.close();
        prompts.close();
    }

    private CompletableFuture<Outcome> ask() {
        Question question = new Question(
                new QubeName("vm1"),
                Optional.empty(),
                Optional.empty(),
                ServiceName.parse("svc+arg"),
                List.of("work"),
                Optional.empty(),
                Optional.of("30.policy:7"));
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        Thread ignored = Thread.ofVirtual().start(() -> {
            try {
                outcome.complete(prompts.ask(question));
            } catch (InterruptedException withdrawn) {
                outcome.completeExceptionally(withdrawn);
            }
        });
        return outcome;
    }

    private static JsonNode receive(LinesClient client) throws IOException {
        return client.receive().orElseThrow();
    }

    @Test
    void aProgramWatchesAndAnswers() throws Exception {
        try (LinesClient client = LinesClient.connect(socket, "")) {
            assertThat(client.ask("watch", Map.of("way", "terminal"))
                            .get("done")
                            .asString())
                    .isEqualTo("watch");
            CompletableFuture<Outcome> call = ask();
            JsonNode shown = receive(client).get("shown");
            assertThat(shown.get("source").asString()).isEqualTo("vm1");
            assertThat(shown.get("argument").asString()).isEqualTo("arg");
            assertThat(shown.get("rule").asString()).isEqualTo("30.policy:7");
            int id = shown.get("prompt").asInt();
            client.send("answer", Map.of("prompt", id, "allow", "work", "grant_seconds", 600));
            assertThat(call.get().toString()).contains("work", System.getProperty("user.name") + " at a terminal");
        }
    }

    @Test
    void aProgramAnswersOnceAndRevokes() throws Exception {
        CompletableFuture<Outcome> call = ask();
        try (LinesClient client = LinesClient.connect(socket, "")) {
            JsonNode waiting = client.ask("list", Map.of()).get("prompts");
            while (waiting.isEmpty()) {
                waiting = client.ask("list", Map.of()).get("prompts");
            }
            Map<String, Object> yes =
                    Map.of("prompt", waiting.get(0).get("prompt").asInt(), "allow", "work", "grant_calls", 3);
            assertThat(client.ask("answer", yes).has("done")).isTrue();
            assertThat(call.get()).isInstanceOf(Outcome.Allowed.class);
            JsonNode grant = client.ask("grants", Map.of()).get("grants").get(0);
            assertThat(grant.get("calls_left").asInt()).isEqualTo(2);
            Map<String, Object> which = Map.of("grant", grant.get("grant").asInt());
            assertThat(client.ask("revoke", which).has("done")).isTrue();
            assertThatThrownBy(() -> client.ask("revoke", which)).hasMessageContaining("it has ended or was revoked");
        }
    }

    @Test
    void aProgramThatGoesAwayIsForgotten() throws Exception {
        try (LinesClient client = LinesClient.connect(socket, "")) {
            assertThat(client.ask("watch", Map.of("way", "terminal")).has("done"))
                    .isTrue();
        }
        CompletableFuture<Outcome> call = ask();
        try (LinesClient client = LinesClient.connect(socket, "")) {
            client.send("watch", Map.of("way", "terminal"));
            JsonNode line = receive(client);
            while (!line.has("shown")) {
                line = receive(client);
            }
            int id = line.get("shown").get("prompt").asInt();
            client.send("answer", Map.of("prompt", id, "deny", true));
            assertThat(call.get()).isInstanceOf(Outcome.Denied.class);
        }
    }

    @Test
    void isForTheHostsOwnUserAlone() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void aUserWhoIsNotNamedIsClosed() throws Exception {
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        if (System.getenv("CI") == null) {
            Assumptions.assumeTrue(root, "only root can start another user's process");
        }
        assertThat(asNobody(List.of())).isEmpty();
        assertThat(asNobody(List.of("nobody"))).contains("\"prompts\":[]");
    }

    private String asNobody(List<String> users) throws Exception {
        Path open = Files.createTempDirectory("qair-prompts");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path path = open.resolve("prompts.sock");
        try (PromptsSocket other = PromptsSocket.open(path, prompts, users)) {
            assertThat(other).isNotNull();
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));
            Process process = new ProcessBuilder(
                            "setpriv",
                            "--reuid=nobody",
                            "--regid=65534",
                            "--clear-groups",
                            "socat",
                            "-t1",
                            "STDIO",
                            "UNIX-CONNECT:" + path)
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write("{\"do\":\"list\"}\n".getBytes(StandardCharsets.UTF_8));
                stdin.flush();
                String line = process.inputReader().readLine();
                return line == null ? "" : line;
            } finally {
                process.destroyForcibly();
            }
        } finally {
            Files.delete(open);
        }
    }

    @Test
    void whatIsNoRequestIsNamedAndTheConnectionGoesOn() throws Exception {
        try (LinesClient client = LinesClient.connect(socket, "")) {
            assertThatThrownBy(() -> client.ask("dance", Map.of())).hasMessageContaining("`dance` is none of");
            assertThatThrownBy(() -> client.ask("answer", Map.of("prompt", "x")))
                    .hasMessage("`prompt` is to be a whole number");
            assertThatThrownBy(() -> client.ask("answer", Map.of("prompt", 1))).hasMessageContaining("`allow`");
            assertThatThrownBy(() -> client.ask("answer", Map.of("prompt", 1, "allow", "work", "grant_calls", 0)))
                    .hasMessageContaining("1 to 10000");
            assertThatThrownBy(() -> client.ask("watch", Map.of("way", "gui"))).hasMessageContaining("neither");
            assertThat(client.ask("list", Map.of()).has("prompts")).isTrue();
        }
    }

    @Test
    void anEndlessLineEndsItsConnection() throws Exception {
        try (SocketChannel channel = UnixPaths.connect(socket)) {
            ByteBuffer bytes = ByteBuffer.wrap("x".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII));
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            bytes.rewind();
                            while (bytes.hasRemaining()) {
                                channel.write(bytes);
                            }
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        try (LinesClient client = LinesClient.connect(socket, "")) {
            assertThat(client.ask("list", Map.of()).has("prompts")).isTrue();
        }
    }

    @Test
    void oneWhoDoesNotReadHoldsUpNobody() throws Exception {
        try (LinesClient deaf = LinesClient.connect(socket, "")) {
            for (int i = 0; i < 20_000; i++) {
                try {
                    deaf.send("grants", Map.of());
                } catch (IOException closed) {
                    break;
                }
            }
            try (LinesClient client = LinesClient.connect(socket, "")) {
                assertThat(client.ask("list", Map.of()).has("prompts")).isTrue();
            }
        }
    }

    @Property(tries = 500)
    void anyLineIsARequestOrRefused(@ForAll String line) {
        try {
            assertThat(JsonLine.parse(line).isObject()).isTrue();
        } catch (MalformedLineException refused) {
            assertThat(refused.getMessage()).startsWith("a line that is no JSON");
        }
    }
}
