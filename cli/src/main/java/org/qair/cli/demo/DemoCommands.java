package org.qair.cli.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The programs that the demo runs: this very {@code qair}, and {@code qrexec-client-vm} from beside it. */
final class DemoCommands {
    private final Supplier<CommandLine> qair;
    private final Path home;

    /** @param home the directory that holds {@code bin} */
    DemoCommands(Supplier<CommandLine> qair, Path home) {
        this.qair = qair;
        this.home = home;
    }

    /** What a program did. */
    record Result(int exitCode, String stdout, String stderr) {}

    String qair(List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = qair.get()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words.toArray(String[]::new));
        if (code != 0) {
            throw new DemoFailure("`qair %s` exited with %d: %s".formatted(String.join(" ", words), code, err));
        }
        return out.toString();
    }

    ProcessBuilder hostProcess(Path root) {
        return new ProcessBuilder(qair().toString(), "host", "--root", root.toString());
    }

    Path client() {
        return program("bin/qrexec-client-vm");
    }

    Path qair() {
        return program("qair");
    }

    private Path program(String name) {
        Path program = home.resolve(name);
        if (!Files.isExecutable(program)) {
            throw new DemoFailure("`%s` is missing: run the demo as ./qair demo".formatted(program));
        }
        return program;
    }

    /** Calls through a qube's trigger socket, as a program in that qube would. */
    Result call(Path agentSocket, String stdin, String target, String service)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(List.of(client().toString(), "--agent-socket=" + agentSocket, "--", target, service));
        Process process = new ProcessBuilder(words).start();
        CompletableFuture<byte[]> out = reading(process.getInputStream());
        CompletableFuture<byte[]> err = reading(process.getErrorStream());
        try (var input = process.getOutputStream()) {
            input.write(stdin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException refusedBeforeItRead) {
            // a refused client ends without reading
        }
        int code = process.waitFor();
        return new Result(
                code, new String(out.join(), StandardCharsets.UTF_8), new String(err.join(), StandardCharsets.UTF_8));
    }

    private static CompletableFuture<byte[]> reading(java.io.InputStream stream) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return stream.readAllBytes();
            } catch (IOException broken) {
                throw new DemoFailure("reading from qrexec-client-vm", broken);
            }
        });
    }
}
