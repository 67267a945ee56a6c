package org.qair.it;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** OpenSSH's server from the Debian package, on loopback and an unprivileged port. */
final class Sshd implements AutoCloseable {
    private final Process process;
    private final int port;
    private final String hostKey;

    private Sshd(Process process, int port, String hostKey) {
        this.process = process;
        this.port = port;
        this.hostKey = hostKey;
    }

    /** @param authorized the private key whose public half may log in */
    static Sshd start(Path directory, Path bin, Path authorized) throws Exception {
        return start(directory, bin, authorized, "");
    }

    /** @param options what stands before the key in authorized_keys */
    static Sshd start(Path directory, Path bin, Path authorized, String options) throws Exception {
        String program = Programs.needed("/usr/sbin/sshd", "openssh-server");
        Files.createDirectories(directory);
        if (System.getProperty("user.name").equals("root")) {
            Files.createDirectories(Path.of("/run/sshd"));
        }
        Path hostKey = directory.resolve("host_key");
        Programs.run(
                List.of("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey.toString()), new byte[0]);
        Files.writeString(
                directory.resolve("authorized_keys"),
                options + " " + Files.readString(authorized.resolveSibling(authorized.getFileName() + ".pub")));
        int port = freePort();
        Path config = directory.resolve("sshd_config");
        Files.writeString(config, """
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
                SetEnv PATH=%s:/usr/bin:/bin SHLVL=1
                """.formatted(port, hostKey, directory.resolve("authorized_keys"), bin));
        Process process = new ProcessBuilder(program, "-D", "-e", "-f", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        Await.until(() -> listens(port) || !process.isAlive());
        if (!process.isAlive()) {
            throw new AssertionError(Files.readString(directory.resolve("log")));
        }
        return new Sshd(
                process,
                port,
                Files.readString(directory.resolve("host_key.pub")).strip());
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(int port) {
        try (SocketChannel probe =
                SocketChannel.open(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port))) {
            return probe.isConnected();
        } catch (java.io.IOException notYet) {
            return false;
        }
    }

    int port() {
        return port;
    }

    String hostKey() {
        return hostKey;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
