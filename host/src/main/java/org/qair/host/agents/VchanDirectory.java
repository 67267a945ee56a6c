package org.qair.host.agents;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.qair.channel.DataPorts;
import org.qair.channel.GuestSockets;
import org.qair.channel.SocketVchan;
import org.qair.channel.unix.UnixPaths;
import org.qair.protocol.Limits;

/**
 * The directory of all socket vchans of a host, for the host's user alone: {@code q7} in it is the directory of the qube with number
 * 7, to be mounted into its container. Agents that run as the host's user may use the directory itself. What agents listen on
 * outlives the host; what earlier calls left is removed when it starts.
 */
public final class VchanDirectory {
    private static final int HIGHEST_QID = 65_535;
    private static final int WRITABLE_BY_ALL_STICKY = 01777;
    private static final String OWN = ".host";
    private static final String CONTROL = "." + Limits.CONTROL_PORT + ".sock";
    private static final Set<PosixFilePermission> PRIVATE = PosixFilePermissions.fromString("rwx------");

    private final Path directory;

    private VchanDirectory(Path directory) {
        this.directory = directory;
    }

    /**
     * Makes it, or takes it as an earlier host left it.
     *
     * @throws IOException when others may enter it
     */
    public static VchanDirectory open(Path directory) throws IOException {
        makePrivate(directory);
        Path own = directory.resolve(OWN);
        makePrivate(own);
        clear(own, "");
        clear(directory, ".sock");
        for (Path qube : list(directory)) {
            if (Files.isDirectory(qube, LinkOption.NOFOLLOW_LINKS) && !qube.equals(own)) {
                clear(qube, ".sock");
            }
        }
        return new VchanDirectory(directory);
    }

    /** The directory of one qube. */
    Path of(int qid) {
        return of(directory, qid);
    }

    /** The directory of one qube in one that may not be there. */
    public static Path of(Path directory, int qid) {
        return directory.resolve("q" + qid);
    }

    /**
     * Makes the directory of one qube, if it is not there. Its agent is found there or, as the host's user, beside it.
     *
     * @throws IOException also when the path is too long for the sockets in it
     */
    List<AgentPlace> places(int qid) throws IOException {
        Path qube = of(qid);
        UnixPaths.address(SocketVchan.path(qube, qid, HIGHEST_QID, DataPorts.LAST));
        if (!Files.isDirectory(qube, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(qube);
        }
        // whoever is in it: a container has users of its own, and the directory around it keeps all others out
        Files.setAttribute(qube, "unix:mode", WRITABLE_BY_ALL_STICKY);
        Path own = directory.resolve(OWN);
        return List.of(AgentPlace.of(new GuestSockets(qube, own)), AgentPlace.of(new GuestSockets(directory, own)));
    }

    /** Removes the directory of a qube that has no agent any more; what is mounted elsewhere is no longer this host's. */
    void remove(int qid) throws IOException {
        Path qube = of(qid);
        if (Files.isDirectory(qube, LinkOption.NOFOLLOW_LINKS)) {
            clear(qube, "");
            Files.delete(qube);
        }
    }

    /** Removes the directory when no qube has one in it. */
    void close() throws IOException {
        Path own = directory.resolve(OWN);
        clear(own, "");
        Files.delete(own);
        if (list(directory).isEmpty()) {
            Files.delete(directory);
        }
    }

    private static void makePrivate(Path directory) throws IOException {
        if (!Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectories(directory.getParent());
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PRIVATE));
        }
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            throw new NotDirectoryException(directory.toString());
        }
        String user = System.getProperty("user.name", "");
        if (!Files.getPosixFilePermissions(directory).equals(PRIVATE)
                || !Files.getOwner(directory)
                        .equals(FileSystems.getDefault()
                                .getUserPrincipalLookupService()
                                .lookupPrincipalByName(user))) {
            throw new IOException("whoever enters `%s` can be any qube: it is to be user `%s`'s alone (chmod 700)"
                    .formatted(directory, user));
        }
    }

    /** Removes files whose name ends so, but not what agents listen on. */
    private static void clear(Path directory, String suffix) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (name.endsWith(suffix) && !(name.endsWith(CONTROL) && !suffix.isEmpty())) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> found = Files.list(directory)) {
            return found.toList();
        }
    }
}
