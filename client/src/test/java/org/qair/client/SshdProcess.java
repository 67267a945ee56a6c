package org.qair.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;

/** OpenSSH's server on loopback with one key, whose line in authorized_keys has options, and its client. */
final class SshdProcess implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Process process;

    SshdProcess(Path directory, String options) throws Exception {
        this.directory = directory;
        needed("/usr/sbin/sshd", "openssh-server");
        needed("/usr/bin/ssh", "openssh-client");
        if (System.getProperty("user.name", "").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        keygen("host");
        keygen("key");
        Files.writeString(
                directory.resolve("authorized_keys"), options + " " + Files.readString(directory.resolve("key.pub")));
        port = freePort();
        Files.writeString(directory.resolve("config"), """
                ListenAddress 127.0.0.1:%d
                HostKey %s
                AuthorizedKeysFile %s
                Subsystem sftp internal-sftp
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                SetEnv SHLVL=1
                """.formatted(
                        port, directory.resolve("host"), directory.resolve("authorized_keys")));
        Files.writeString(
                directory.resolve("known_hosts"),
                "[127.0.0.1]:%d %s".formatted(port, Files.readString(directory.resolve("host.pub"))));
        process = new ProcessBuilder(
                        "/usr/sbin/sshd",
                        "-D",
                        "-e",
                        "-f",
                        directory.resolve("config").toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        while (process.isAlive() && !listens()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        if (!process.isAlive()) {
            throw new AssertionError(Files.readString(directory.resolve("log")));
        }
    }

    private static void needed(String program, String debianPackage) {
        boolean there = Files.isExecutable(Path.of(program));
        if (!there && System.getenv("CI") != null) {
            throw new AssertionError("`" + program + "` is missing: CI installs the package " + debianPackage);
        }
        Assumptions.assumeTrue(there, () -> "`" + program + "` is missing: install the package " + debianPackage);
    }

    private void keygen(String name) throws Exception {
        new ProcessBuilder(
                        "/usr/bin/ssh-keygen",
                        "-q",
                        "-t",
                        "ed25519",
                        "-N",
                        "",
                        "-f",
                        directory.resolve(name).toString())
                .inheritIO()
                .start()
                .waitFor();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private boolean listens() {
        try (SocketChannel probe =
                SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** A client that asks for a command. */
    ProcessBuilder ssh(List<String> options, String... command) {
        List<String> line = new ArrayList<>(List.of("/usr/bin/ssh", "-F", "none", "-p", Integer.toString(port)));
        line.addAll(List.of("-i", directory.resolve("key").toString(), "-o", "BatchMode=yes"));
        line.addAll(List.of("-o", "UserKnownHostsFile=" + directory.resolve("known_hosts"), "-o", "LogLevel=ERROR"));
        line.addAll(List.of("-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none"));
        line.addAll(options);
        line.add("127.0.0.1");
        line.addAll(List.of(command));
        return new ProcessBuilder(line);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
