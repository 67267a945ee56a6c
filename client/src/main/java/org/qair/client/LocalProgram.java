package org.qair.client;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The program whose input and output a call is connected to ({@code LOCAL_PROGRAM}). It finds our own input and output as the
 * descriptors in {@code SAVED_FD_0} and {@code SAVED_FD_1} (and {@code SAVED_FD_2} with {@code PASS_LOCAL_STDERR}).
 *
 * <p>A JVM's child gets no descriptor above 2, so it starts as a shell that has ours, moves them up, opens two fifos in their
 * place and becomes the program. The shell's script is fixed; the program and its arguments are words that it never reads.
 */
final class LocalProgram {
    private static final String MOVE = "exec 3<&0 4>&1 5>&2 <\"$0/in\" >\"$0/out\"; ";
    private static final String BECOME = "exec \"$@\"";
    private static final String BECOME_WITHOUT_STDERR = "exec \"$@\" 5>&-";

    private final Process process;
    private final OutputStream input;
    private final InputStream output;

    private LocalProgram(Process process, OutputStream input, InputStream output) {
        this.process = process;
        this.input = input;
        this.output = output;
    }

    /** Starts it; a program without a {@code /} is one of the current directory, as with execv(3). */
    static LocalProgram start(List<String> words) throws IOException, InterruptedException {
        Path fifos = Files.createTempDirectory("qrexec-client-vm-");
        try {
            makeFifos(fifos);
            Process process = command(words, fifos).start();
            // in the order in which the shell opens them: each side waits for the other
            OutputStream input = new FileOutputStream(fifos.resolve("in").toFile());
            InputStream output = new FileInputStream(fifos.resolve("out").toFile());
            return new LocalProgram(process, input, output);
        } finally {
            Files.deleteIfExists(fifos.resolve("in"));
            Files.deleteIfExists(fifos.resolve("out"));
            Files.deleteIfExists(fifos);
        }
    }

    private static void makeFifos(Path directory) throws IOException, InterruptedException {
        int code = new ProcessBuilder(
                        "mkfifo",
                        "-m",
                        "600",
                        "--",
                        directory.resolve("in").toString(),
                        directory.resolve("out").toString())
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IOException("mkfifo failed with exit code " + code);
        }
    }

    private static ProcessBuilder command(List<String> words, Path fifos) {
        boolean passStderr = System.getenv("PASS_LOCAL_STDERR") != null;
        List<String> command = new ArrayList<>(
                List.of("/bin/sh", "-c", MOVE + (passStderr ? BECOME : BECOME_WITHOUT_STDERR), fifos.toString()));
        command.addAll(words);
        if (words.getFirst().indexOf('/') < 0) {
            command.set(command.size() - words.size(), "./" + words.getFirst());
        }
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("SAVED_FD_0", "3");
        builder.environment().put("SAVED_FD_1", "4");
        if (passStderr) {
            builder.environment().put("SAVED_FD_2", "5");
        }
        builder.environment()
                .put("QREXEC_AGENT_PID", String.valueOf(ProcessHandle.current().pid()));
        return builder;
    }

    /** What the program reads. */
    OutputStream input() {
        return input;
    }

    /** What the program writes. */
    InputStream output() {
        return output;
    }

    /** Waits for its end: its exit code, or 128 and the number of the signal that ended it. */
    int exitCode() throws InterruptedException {
        return process.waitFor();
    }
}
