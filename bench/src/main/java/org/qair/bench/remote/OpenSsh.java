package org.qair.bench.remote;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A stock {@code sshd} at the far address, and what the {@code ssh} of this end has to know of a far end. */
final class OpenSsh implements AutoCloseable {
    private static final String SSHD = "/usr/sbin/sshd";

    private final Path directory;
    private final Path identity;
    private final List<Process> processes = new ArrayList<>();

    /** @param identity the private key of Local-Relay */
    OpenSsh(Path directory, Path identity) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.identity = identity;
    }

    /** Starts the server, whose only program beside the system's is in {@code bin}, and returns its port. */
    int startServer(String address, List<String> prefix, Path bin) throws IOException, InterruptedException {
        Path hostKey = directory.resolve("host_key");
        Programs.run(List.of("/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey.toString()));
        Files.createDirectories(Path.of("/run/sshd"));
        int port = freePort();
        Path config = Files.writeString(
                directory.resolve("sshd_config"), """
                ListenAddress %s:%d
                HostKey %s
                AuthorizedKeysFile %s.pub
                PidFile none
                StrictModes no
                UsePAM no
                PasswordAuthentication no
                KbdInteractiveAuthentication no
                PermitRootLogin prohibit-password
                MaxStartups 100
                SetEnv PATH=%s:/usr/bin:/bin SHLVL=1
                """.formatted(address, port, hostKey, identity, bin));
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(SSHD, "-D", "-e", "-f", config.toString()));
        Process sshd = start(command, "sshd.log");
        while (!listens(address, port)) {
            if (!sshd.isAlive()) {
                throw new IOException(Files.readString(directory.resolve("sshd.log")));
            }
            Thread.onSpinWait();
        }
        return port;
    }

    String hostKey() throws IOException {
        return Files.readString(directory.resolve("host_key.pub")).strip();
    }

    /** Makes a configuration of {@code ssh} in which {@code work} is the far end. */
    Path configure(String name, String address, int port, String hostKey, String... more) throws IOException {
        String[] key = hostKey.split(" ", -1);
        Path known = Files.writeString(
                directory.resolve(name + ".known"), "[%s]:%d %s %s\n".formatted(address, port, key[0], key[1]));
        return Files.writeString(directory.resolve(name + ".config"), """
                Host work
                  HostName %s
                  Port %d
                  User %s
                  IdentityFile %s
                  IdentitiesOnly yes
                  IdentityAgent none
                  UserKnownHostsFile %s
                  StrictHostKeyChecking yes
                  BatchMode yes
                  %s
                """.formatted(
                        address, port, System.getProperty("user.name"), identity, known, String.join("\n  ", more)));
    }

    /** The same with a connection that is open already, which is how {@code ControlMaster} is used. */
    Path configureMaster(String name, String address, int port, String hostKey)
            throws IOException, InterruptedException {
        Path control = directory.resolve(name + ".ctl");
        Path config = configure(name, address, port, hostKey, "ControlPath " + control);
        Process master = start(List.of("/usr/bin/ssh", "-F", config.toString(), "-M", "-N", "work"), name + ".log");
        while (!Files.exists(control)) {
            if (!master.isAlive()) {
                throw new IOException(Files.readString(directory.resolve(name + ".log")));
            }
            Thread.onSpinWait();
        }
        return config;
    }

    List<ProcessHandle> processes() {
        return processes.stream().map(Process::toHandle).toList();
    }

    private Process start(List<String> command, String log) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(log).toFile())
                .start();
        processes.add(process);
        return process;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean listens(String address, int port) {
        try (SocketChannel probe = SocketChannel.open(new InetSocketAddress(address, port))) {
            return probe.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            process.onExit().join();
        }
    }
}
