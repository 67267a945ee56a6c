package org.qair.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Assumptions;

/** The programs that are tested, as they are started by people, and those that tests need beside them. */
final class Programs {
    static final Path HOME = home();

    private Programs() {}

    private static Path home() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("mvnw"))) {
            here = here.getParent();
        }
        return here;
    }

    static String qair() {
        return HOME.resolve("qair").toString();
    }

    static String client() {
        return HOME.resolve("bin/qrexec-client-vm").toString();
    }

    /** A program that may be missing on a developer's machine, and must be there in CI. */
    static String needed(String path, String debianPackage) {
        boolean there = Files.isExecutable(Path.of(path));
        if (!there && System.getenv("CI") != null) {
            throw new AssertionError("`" + path + "` is missing: CI installs the package " + debianPackage);
        }
        Assumptions.assumeTrue(there, () -> "`" + path + "` is missing: install the package " + debianPackage);
        return path;
    }

    static Finished run(List<String> command, byte[] stdin) throws Exception {
        return finish(new ProcessBuilder(command).start(), stdin);
    }

    static Finished finish(Process process, byte[] stdin) throws Exception {
        try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<byte[]> out = reading(process.getInputStream(), readers);
            CompletableFuture<byte[]> err = reading(process.getErrorStream(), readers);
            try (var input = process.getOutputStream()) {
                input.write(stdin);
            } catch (IOException itDoesNotRead) {
                // a program may end without reading
            }
            int code = process.waitFor();
            return new Finished(code, out.get(), new String(err.get(), StandardCharsets.UTF_8));
        }
    }

    private static CompletableFuture<byte[]> reading(InputStream stream, java.util.concurrent.Executor threads) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                },
                threads);
    }
}
