package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A prompt as a notification of a real desktop, and a person who clicks on one of its actions. */
@Timeout(180)
class DesktopPromptTest {
    @TempDir
    Path directory;

    private static CompletableFuture<Finished> call(TestHost host) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return host.call("desk", new byte[0], "work", "test.Hello+a");
            } catch (Exception failed) {
                throw new AssertionError(failed);
            }
        });
    }

    @Test
    void aPersonAtADesktopAllowsIt() throws Exception {
        try (TestHost host = new TestHost(directory.resolve("h"));
                Desktop desktop = new Desktop(Files.createDirectory(directory.resolve("d")), "Allow to work")) {
            Programs.needed("/usr/bin/notify-send", "libnotify-bin");
            Qubes.make(host.layout, qubes -> qubes.local("desk", "work"));
            host.policy("test.Hello * desk work ask default_target=work");
            host.service("test.Hello", "echo hello");
            host.settings("[prompts]", "order = [\"desktop\"]");
            host.start();
            Process watching = desktop.start(
                    Programs.qair(),
                    "prompts",
                    "desktop",
                    "--root",
                    host.layout.root().toString());
            CompletableFuture<Finished> call = call(host);
            Await.until(() -> desktop.displayed() == 1);
            Await.until(() -> {
                desktop.choose(); // within the first second it is shown again
                return call.isDone();
            });
            assertThat(call.get().stdout()).isEqualTo("hello\n");
            assertThat(desktop.notification()).contains("desk wants to call").contains("test.Hello");
            assertThat(desktop.choices()).contains("Allow to work").contains("Deny");
            assertThat(host.audit().getLast().evidence().prompt())
                    .hasValueSatisfying(answer ->
                            assertThat(answer).startsWith("allow, by ").endsWith(" at a desktop"));
            assertThat(watching.isAlive()).isTrue();
            Await.until(() -> desktop.displayed() == 0);
        }
    }
}
