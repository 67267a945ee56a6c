package org.qair.cli.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Processes of attackers: classes of the tests in a JVM of their own, and programs of the system. */
final class Attacker {
    private static final long PATIENCE_SECONDS = 60;

    private Attacker() {}

    /** The command that runs a class of the tests. */
    static List<String> java(Class<?> main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }

    static Process start(Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(java(main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What a program said, and how it ended. */
    record Ended(int exitCode, String stdout, String stderr) {}

    static Ended run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("attacker", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(new java.io.File("/dev/null"))
                    .redirectError(errors.toFile())
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: " + command);
            }
            return new Ended(process.exitValue(), said, Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
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
}
