package org.qair.it;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A terminal with a person at it. */
final class Tmux implements AutoCloseable {
    private final Path socket;

    /** Runs a line of the shell, and stays when that has ended. */
    Tmux(Path socket, String line) throws Exception {
        this.socket = socket;
        String ignored = tmux(
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "500",
                "-y",
                "150",
                "sh",
                "-c",
                line + "; exec sleep 1000");
    }

    private String tmux(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Programs.needed("/usr/bin/tmux", "tmux"), "-S", socket.toString()));
        command.addAll(List.of(words));
        return Programs.run(command, new byte[0]).stdout();
    }

    String screen() throws Exception {
        return tmux("capture-pane", "-p");
    }

    /** Waits until the screen has a text, and gives all that is on it. */
    String await(String text) throws Exception {
        Await.until(() -> screen().contains(text));
        return screen();
    }

    void type(String line) throws Exception {
        String typed = tmux("send-keys", "-l", line) + tmux("send-keys", "Enter");
        if (!typed.isEmpty()) {
            throw new AssertionError(typed);
        }
    }

    @Override
    public void close() throws IOException {
        Process ending = new ProcessBuilder("/usr/bin/tmux", "-S", socket.toString(), "kill-server")
                .inheritIO()
                .start();
        ending.onExit().join();
    }
}
