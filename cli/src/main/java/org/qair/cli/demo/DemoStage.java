package org.qair.cli.demo;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine;

/** Where the demo plays: a temporary directory, which is removed at the end unless it is kept. */
public final class DemoStage {
    private final DemoCommands commands;
    private final PrintWriter out;
    private final boolean keep;

    /**
     * Prepares nothing yet.
     *
     * @param qair makes a fresh {@code qair} command
     * @param home the directory that holds {@code bin/qrexec-client-vm}
     */
    public DemoStage(Supplier<CommandLine> qair, Path home, PrintWriter out, boolean keep) {
        this.commands = new DemoCommands(qair, home.toAbsolutePath());
        this.out = out;
        this.keep = keep;
    }

    /**
     * Plays the demo.
     *
     * @return 0 when everything was as the demo says, else 1
     */
    public int run() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("qair-demo-");
        Narration tell = new Narration(out, isTerminal());
        tell.line("qair demo: hosts on this machine, in " + directory);
        boolean leave = false;
        Demo demo = new Demo(tell, commands, directory);
        try {
            demo.play();
            tell.line("");
            tell.line(
                    tell.failures() == 0
                            ? "all of it was as it says"
                            : tell.failures() + " things were not as they ought to be");
            leave = keep && tell.failures() == 0;
            byHand(tell, directory, leave);
            return tell.failures() == 0 ? 0 : 1;
        } finally {
            if (!leave) {
                demo.close();
                delete(directory);
            }
        }
    }

    private void byHand(Narration tell, Path directory, boolean left) {
        if (!left) {
            tell.line("to go on by hand: qair demo --keep");
            return;
        }
        String client = commands.client().toString();
        tell.line("the hosts go on running; by hand:");
        tell.command(
                "echo hello | %s --agent-socket=%s/local/run/qair/by-name/Local-Qube/qrexec-agent -- Remote-Qube demo.Upper+my_arg"
                        .formatted(client, directory));
        for (String host : new String[] {"local", "remote", "pi"}) {
            tell.command(commands.qair() + " audit --root %s/%s".formatted(directory, host));
        }
        tell.command("kill $(cat %s/*/run/qair/pid); sleep 2; rm -r %s".formatted(directory, directory));
    }

    private static boolean isTerminal() {
        return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            found.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        }
    }
}
