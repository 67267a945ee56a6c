package org.qair.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Destination;
import org.qair.relay.peer.Hop;
import org.qair.relay.peer.Peer;
import org.qair.wire.NetworkLink;

/** A stock {@code sshd} on loopback, on whose path is a {@code qrexec-client-vm} that a test wrote. */
public final class SshdFixture implements AutoCloseable {
    private static final Path SSHD = Path.of("/usr/sbin/sshd");

    public final Path directory;
    public final Path identity;
    public final int port;
    public final String user = System.getProperty("user.name");
    private final String address;
    private final List<String> prefix;
    private final Path config;
    private Process sshd;

    public SshdFixture(Path directory, String script, String... settings) throws IOException, InterruptedException {
        this(directory, "127.0.0.1", List.of(), script, settings);
    }

    /** In the network namespace at the other end of a link. */
    public SshdFixture(Path directory, NetworkLink link, String script, String... settings)
            throws IOException, InterruptedException {
        this(directory, link.address(), link.prefix(), script, settings);
    }

    private SshdFixture(Path directory, String address, List<String> prefix, String script, String... settings)
            throws IOException, InterruptedException {
        this.address = address;
        this.prefix = prefix;
        Tools.require(Files.isExecutable(SSHD), "no /usr/sbin/sshd (openssh-server) here");
        Tools.require("root".equals(System.getProperty("user.name")), "sshd with our user's keys is tried as root");
        Files.createDirectories(Path.of("/run/sshd"));
        this.directory = directory;
        identity = directory.resolve("identity");
        SshKeys.create(identity, "local-relay");
        HostKeyFiles.copyTo(directory);
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path program = Files.writeString(bin.resolve("qrexec-client-vm"), "#!/bin/bash\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        port = freePort();
        config = Files.writeString(directory.resolve("sshd_config"), configuration(bin, settings));
        sshd = start();
    }

    /** bash reads ~/.bashrc for an outermost shell under sshd; what this machine's account has there may take seconds. */
    private String configuration(Path bin, String... settings) {
        return """
                %s
                Port %d
                ListenAddress %s
                HostKey %s/host_ecdsa
                HostKey %s/host_rsa
                HostKey %s/host_ed25519
                AuthorizedKeysFile %s/identity.pub
                PermitRootLogin yes
                PasswordAuthentication no
                StrictModes no
                UsePAM no
                PidFile none
                LogLevel VERBOSE
                SetEnv PATH=%s:/usr/bin:/bin SHLVL=1
                """.formatted(
                        String.join("\n", settings), port, address, directory, directory, directory, directory, bin);
    }

    private Process start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(SSHD.toString(), "-D", "-e", "-f", config.toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("sshd.log").toFile()))
                .start();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Tools.PATIENCE_SECONDS);
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException("sshd does not run: " + Files.readString(directory.resolve("sshd.log")));
            }
            Thread.onSpinWait();
        }
        return process;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public PublicKey hostKey(String type) throws IOException {
        return SshKeys.parsePublicLine(Files.readString(directory.resolve("host_" + type + ".pub")));
    }

    public Peer peer() throws IOException {
        return Peer.of("far", address, port, user, List.of(hostKey("ed25519")), identity);
    }

    public Hop hop() throws IOException {
        return ((Destination.Hops) peer().destination()).hops().getFirst();
    }

    /** What the server accepts as a user's keys; it may be overwritten. */
    public Path authorizedKeys() {
        return directory.resolve("identity.pub");
    }

    /** Ends every connection, and the server too; {@link #restart} brings it back. */
    public void kill() {
        sshd.descendants().forEach(ProcessHandle::destroyForcibly);
        sshd.destroyForcibly().onExit().join();
    }

    public void restart() throws IOException, InterruptedException {
        sshd = start();
    }

    @Override
    public void close() {
        kill();
    }
}
