package org.qair.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.qair.wire.NetworkLink;

/** Programs that tests run. */
public final class Tools {
    public static final long PATIENCE_SECONDS = 60;

    private Tools() {}

    /** Skips the test, or fails it in CI, unless {@code condition}. */
    public static void require(boolean condition, String reason) {
        if (!condition && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("not to be skipped in CI: " + reason);
        }
        Assumptions.assumeTrue(condition, reason);
    }

    /** A network of the test's own, with a wire that has this delay in each direction and loses this share of the packets. */
    public static NetworkLink link(Duration delay, double loss) throws IOException, InterruptedException {
        Optional<String> missing = NetworkLink.missing();
        require(missing.isEmpty(), missing.orElse(""));
        return new NetworkLink(delay, loss);
    }

    public static String[] concat(String[] one, String... other) {
        return Stream.concat(Stream.of(one), Stream.of(other)).toArray(String[]::new);
    }

    /** The inode numbers of this process's sockets. */
    public static List<String> socketInodes() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(Tools::link)
                    .filter(target -> target.startsWith("socket:["))
                    .map(target -> target.substring("socket:[".length(), target.length() - 1))
                    .toList();
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedSince) {
            return "";
        }
    }

    /** What a program says on stdout, without the last line end; it must exit with 0. */
    public static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(String.join(" ", command) + " failed: " + output);
        }
        return output.stripTrailing();
    }

    /** Waits for something that no event tells of. */
    public static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("did not come to be in %d s".formatted(PATIENCE_SECONDS));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
