package org.qair.client;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code qrexec-client-vm} as a process of its own, from the classes under test. */
final class ClientProcess implements AutoCloseable {
    final Process process;

    private ClientProcess(Process process) {
        this.process = process;
    }

    static ClientProcess start(List<String> jvm, String... words) throws IOException {
        return new ClientProcess(builder(jvm, words).start());
    }

    static ClientProcess start(String... words) throws IOException {
        return start(List.of(), words);
    }

    static ProcessBuilder builder(List<String> jvm, String... words) {
        return builderOf(Main.class, jvm, words);
    }

    static ProcessBuilder builderOf(Class<?> main, List<String> jvm, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx32m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path", "") + File.pathSeparator));
        command.addAll(jvm);
        command.add(main.getName());
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("VCHAN_"));
        return builder;
    }

    void input(byte[] bytes) throws IOException {
        process.getOutputStream().write(bytes);
        process.getOutputStream().close();
    }

    byte[] output() throws IOException {
        return process.getInputStream().readAllBytes();
    }

    String errors() throws IOException {
        return new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the client still runs");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
