package org.qair.host.relayqube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.qair.host.HostLayout;
import org.qair.host.files.Directories;
import org.qair.relay.SshTransport;

/**
 * The service {@code qubesair.SSHProxy} of a relay qube, in one of two forms: a program, which keeps error output and exit code, or a
 * socket of {@code qair relay}, which costs no process.
 */
public final class InstalledService {
    private static final String MARK = "# Written by `qair relay install`";
    private static final String SKIPS_DESCRIPTOR = "(?m)^skip-service-descriptor=true$";

    private final Path directory;
    private final Path file;
    private final Path config;
    private final HostLayout layout;

    /** The two forms. */
    public enum Form {
        EXECUTABLE,
        SOCKET
    }

    /** @param directory where the qube's agent looks for services */
    public InstalledService(HostLayout layout, Path directory) {
        this.layout = layout;
        this.directory = directory;
        this.file = directory.resolve(SshTransport.NAME);
        this.config = layout.root().resolve("etc/qubes/rpc-config").resolve(SshTransport.NAME);
    }

    /** The service's file. */
    public Path file() {
        return file;
    }

    /**
     * Makes the file, or leaves it when it is there already.
     *
     * @param bin the directory of our programs, for the executable
     * @return whether something was changed
     * @throws IOException when something else is in its place, or the service is configured as it must not be
     */
    public boolean install(Form form, Path bin) throws IOException {
        if (isAs(form, bin)) {
            return false;
        }
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !isOurs()) {
            throw new IOException(
                    "`%s` is there and was not written by `qair relay install`: move it away".formatted(file));
        }
        if (form == Form.SOCKET) {
            checkConfig();
        }
        Directories.makePublic(directory);
        Path aside = directory.resolve("." + SshTransport.NAME + ".new");
        Files.deleteIfExists(aside);
        if (form == Form.SOCKET) {
            Files.createSymbolicLink(aside, layout.relayServiceSocket());
        } else {
            Files.writeString(aside, script(bin));
            Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    /**
     * Removes the file.
     *
     * @return false when there is none
     * @throws IOException also when it is not ours
     */
    public boolean uninstall() throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (!isOurs()) {
            throw new IOException("`%s` was not written by `qair relay install`".formatted(file));
        }
        Files.delete(file);
        return true;
    }

    private boolean isAs(Form form, Path bin) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        return switch (form) {
            case SOCKET -> link().equals(Optional.of(layout.relayServiceSocket()));
            case EXECUTABLE ->
                link().isEmpty()
                        && Files.isExecutable(file)
                        && Files.readString(file).equals(script(bin));
        };
    }

    private boolean isOurs() throws IOException {
        Optional<Path> link = link();
        return link.isPresent()
                ? link.get().equals(layout.relayServiceSocket())
                : Files.isRegularFile(file) && Files.readString(file).contains(MARK);
    }

    private Optional<Path> link() throws IOException {
        return Files.isSymbolicLink(file) ? Optional.of(Files.readSymbolicLink(file)) : Optional.empty();
    }

    /** Without the descriptor nobody would know who calls what. */
    private void checkConfig() throws IOException {
        if (Files.exists(config) && Files.readString(config).matches("(?s).*" + SKIPS_DESCRIPTOR + ".*")) {
            throw new IOException("`%s` has `skip-service-descriptor=true`: remove it, the socket needs the descriptor"
                    .formatted(config));
        }
    }

    private String script(Path bin) throws IOException {
        return """
                #!/bin/sh
                %s: hands each call to `qair relay`.
                name=%s
                main=org.qair.client.SshProxy
                bin=%s
                set -- %s "$@"
                . "$bin/run-client"
                """.formatted(MARK, SshTransport.NAME, quoted(bin), quoted(layout.relaySocket()));
    }

    private static String quoted(Path path) throws IOException {
        String text = path.toString();
        if (text.indexOf('\'') >= 0 || text.indexOf('\n') >= 0) {
            throw new IOException("`%s` cannot be written into a script".formatted(path));
        }
        return "'" + text + "'";
    }
}
