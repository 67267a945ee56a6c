package org.qair.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A desktop session without a screen: an X server, a message bus, and the notification daemon {@code dunst}. Its menu of a
 * notification's actions is a script that chooses for the person, and notes what there was to choose from.
 */
final class Desktop implements AutoCloseable {
    private final Path directory;
    private final List<Process> processes = new ArrayList<>();
    private final Map<String, String> session;

    /** @param choice the beginning of the action that is chosen */
    Desktop(Path directory, String choice) throws Exception {
        this.directory = directory;
        String bus = firstLine(
                Map.of(),
                Programs.needed("/usr/bin/dbus-daemon", "dbus"),
                "--session",
                "--nofork",
                "--print-address=1",
                "--address=unix:path=" + directory.resolve("bus"));
        String display = firstLine(
                Map.of(),
                Programs.needed("/usr/bin/Xvfb", "xvfb"),
                "-displayfd",
                "1",
                "-screen",
                "0",
                "640x480x24",
                "-nolisten",
                "tcp");
        session = Map.of("DBUS_SESSION_BUS_ADDRESS", bus, "DISPLAY", ":" + display);
        Path menu = script("menu", "tee '" + directory.resolve("choices") + "' | grep -m1 '" + choice + "'");
        Path note = script("note", "printf '%s\\n' \"$@\" >'" + directory.resolve("notification") + "'");
        Path settings = Files.writeString(
                directory.resolve("dunstrc"),
                "[global]\ndmenu = %s\n[prompts]\nappname = Qair\nscript = %s\n".formatted(menu, note));
        start(Programs.needed("/usr/bin/dunst", "dunst"), "-conf", settings.toString());
        Await.until(() -> dunstctl("is-paused").equals("false"));
    }

    private Path script(String name, String... lines) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String firstLine(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().putAll(environment);
        Process process = builder.start();
        processes.add(process);
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    /** A program of the session, until it ends. */
    Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(directory.resolve("errors").toFile());
        builder.environment().putAll(session);
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    private String dunstctl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("/usr/bin/dunstctl"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(session);
        return Programs.finish(builder.start(), new byte[0]).stdout().strip();
    }

    int displayed() throws Exception {
        String count = dunstctl("count", "displayed");
        return count.matches("[0-9]+") ? Integer.parseInt(count) : 0;
    }

    /** What a click on the notification does: the menu of its actions, and the choice. */
    void choose() throws Exception {
        String ignored = dunstctl("action", "0");
    }

    /** The words of the last notification. */
    String notification() throws IOException {
        return read("notification");
    }

    /** What there was to choose from. */
    String choices() throws IOException {
        return read("choices");
    }

    private String read(String name) throws IOException {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            process.onExit().join();
        }
    }
}
