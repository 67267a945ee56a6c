package org.qair.relay.openssh;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.qair.policy.Printable;

/** Runs OpenSSH's client to ask it something, without a shell and with a deadline for it and what it starts. */
final class SshProgram {
    private static final int MOST_OUTPUT = 1 << 20;
    private static final int MOST_SAID = 500;

    private SshProgram() {}

    /** What it says on stdout; it must exit with 0. */
    static String run(List<String> command, Duration atMost) throws ConfigException, InterruptedException {
        Process process = start(command);
        try {
            process.getOutputStream().close();
            Future<String> stdout = read(process.getInputStream(), MOST_OUTPUT);
            Future<String> stderr = read(process.getErrorStream(), MOST_OUTPUT);
            long deadline = System.nanoTime() + atMost.toNanos();
            String output = await(stdout, deadline);
            String said = await(stderr, deadline);
            if (process.waitFor() != 0) {
                throw new ConfigException("`%s`: %s".formatted(String.join(" ", command), shortened(said)));
            }
            return output;
        } catch (ConfigException e) {
            throw e;
        } catch (IOException | ExecutionException e) {
            throw new ConfigException("`%s`: %s".formatted(String.join(" ", command), e.getMessage()), e);
        } catch (TimeoutException e) {
            throw new ConfigException("`%s`: no answer in %s".formatted(String.join(" ", command), atMost), e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static Process start(List<String> command) throws ConfigException {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new ConfigException(
                    "a peer with `ssh-config` needs OpenSSH's client, and `ssh` cannot be run: install openssh-client",
                    e);
        }
    }

    private static Future<String> read(InputStream from, int atMost) {
        FutureTask<String> reading = new FutureTask<>(() -> {
            byte[] bytes = from.readNBytes(atMost + 1);
            if (bytes.length > atMost) {
                throw new IOException("more than %d bytes".formatted(atMost));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        });
        // A read from a pipe pins its carrier, so this is a platform thread.
        Thread.ofPlatform().daemon().name("ssh-G").start(reading);
        return reading;
    }

    private static String await(Future<String> reading, long deadline)
            throws ExecutionException, TimeoutException, InterruptedException {
        return reading.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    private static String shortened(String said) {
        String line = Printable.line(String.join("; ", said.strip().lines().toList()));
        return line.length() <= MOST_SAID ? line : line.substring(0, MOST_SAID) + "…";
    }
}
