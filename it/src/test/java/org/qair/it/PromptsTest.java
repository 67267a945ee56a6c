package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Prompts as people answer them: in a terminal, with one command, at the GUI qube's agent. */
@Timeout(180)
class PromptsTest {
    @TempDir
    Path directory;

    private TestHost host;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(directory.resolve("h"));
        Qubes.make(host.layout, qubes -> qubes.local("desk", "work"));
        host.policy("test.Hello * desk work ask default_target=work");
        host.service("test.Hello", "echo hello");
        host.settings("[prompts]", "order = [\"gui\", \"terminal\"]");
        host.start();
    }

    @AfterEach
    void stop() {
        host.close();
    }

    private CompletableFuture<Finished> call() {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return host.call("desk", new byte[0], "work", "test.Hello");
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    private static String tmux(Path socket, String... words) throws Exception {
        String program = Programs.needed("/usr/bin/tmux", "tmux");
        List<String> command = new ArrayList<>(List.of(program, "-S", socket.toString()));
        command.addAll(List.of(words));
        return Programs.run(command, new byte[0]).stdout();
    }

    @Test
    void aPersonAtATerminalAllowsIt() throws Exception {
        Path socket = directory.resolve("tmux");
        String root = host.layout.root().toString();
        String ignored = tmux(
                socket,
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "200",
                "-y",
                "50",
                Programs.qair(),
                "prompts",
                "--root",
                root);
        try {
            CompletableFuture<Finished> call = call();
            Await.until(() -> tmux(socket, "capture-pane", "-p").contains("desk wants to call test.Hello"));
            String screen = tmux(socket, "capture-pane", "-p");
            assertThat(screen).contains("1) work").contains("preselected: work").contains("30-test.policy:1");
            Await.until(() -> {
                String typed = tmux(socket, "send-keys", "1 1 10m", "Enter");
                return typed.isEmpty() && host.qair("prompts", "list").isBlank();
            });
            assertThat(call.get().stdout()).isEqualTo("hello\n");
            assertThat(host.qair("prompts", "grants")).contains("desk may call test.Hello to work, until ");
            assertThat(call().get().stdout()).as("a call that the grant covers").isEqualTo("hello\n");
            String grant = host.qair("audit", "--last", "1", "--json");
            assertThat(grant).contains("\"decision\":\"ask\"").contains("allow, by grant 1 of ");
        } finally {
            String ended = tmux(socket, "kill-server");
            assertThat(ended).isEmpty();
        }
    }

    @Test
    void oneCommandAnswersIt() throws Exception {
        CompletableFuture<Finished> call = call();
        Await.until(() -> host.qair("prompts", "list").contains("desk wants to call test.Hello"));
        host.qair("prompts", "answer", "1", "--deny");
        assertThat(call.get().exitCode()).isEqualTo(126);
        Finished late = host.tryQair("prompts", "answer", "1", "--deny");
        assertThat(late.exitCode()).isEqualTo(1);
        assertThat(late.stderr()).contains("there is no prompt 1");
    }

    @Test
    void theAgentOfTheGuiQubeAnswersIt() throws Exception {
        Path seen = directory.resolve("seen");
        host.service("policy.Ask", "cat >'" + seen + "'", "printf allow:work");
        assertThat(call().get().stdout()).isEqualTo("hello\n");
        assertThat(java.nio.file.Files.readString(seen))
                .contains("\"source\":\"desk\"")
                .contains("\"default_target\":\"work\"");
        assertThat(host.audit().getLast().evidence().prompt()).contains("allow, by somebody at the GUI qube");
    }
}
