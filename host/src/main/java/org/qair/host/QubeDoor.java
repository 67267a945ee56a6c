package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.qair.channel.LocalCaller;
import org.qair.channel.TriggerSocket;
import org.qair.channel.VchanLocation;
import org.qair.host.files.Directories;
import org.qair.host.files.Trees;
import org.qair.registry.QubeRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of one host-run qube, for its Unix user alone: whoever can enter it is that qube. It holds the trigger socket,
 * the qube's QubesDB and, while calls run, their data channels.
 */
final class QubeDoor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QubeDoor.class);
    /** The Unix user that this host runs as. */
    static final String OWN_USER = System.getProperty("user.name", "");

    /** The vchan domain of callers that are the host itself: no qube's, since those end at 65,535. */
    private static final int HOST_DOMAIN = 65_536;

    private final Resources opened = new Resources();
    private final Path directory;

    private QubeDoor(Path directory) {
        this.directory = directory;
    }

    /** What a host gives each of its doors. */
    interface Rooms {
        /** Opens the trigger socket of one caller. */
        TriggerSocket trigger(Path path, LocalCaller caller) throws IOException;

        /** Opens a qube's QubesDB. */
        AutoCloseable database(Path path, QubeRecord qube) throws IOException;

        /** Opens the socket of the same QubesDB on which nothing can be written. */
        AutoCloseable readOnlyDatabase(Path path, QubeRecord qube) throws IOException;
    }

    static LocalCaller caller(HostLayout layout, QubeRecord qube) {
        return new LocalCaller(qube.name(), qube.isAdminVm() ? HOST_DOMAIN : qube.qid(), layout.qube(qube.qid()));
    }

    static QubeDoor open(HostLayout layout, QubeRecord qube, Rooms rooms) throws IOException {
        QubeDoor door = new QubeDoor(layout.qube(qube.qid()));
        try {
            door.open(layout, qube, caller(layout, qube), rooms);
            return door;
        } catch (IOException | RuntimeException failed) {
            door.close();
            throw failed;
        }
    }

    private void open(HostLayout layout, QubeRecord qube, LocalCaller caller, Rooms rooms) throws IOException {
        Directories.makePrivate(directory);
        Path trigger = layout.agentSocket(qube.qid());
        opened.add(rooms.trigger(trigger, caller));
        opened.add(rooms.database(layout.qubesDbSocket(qube.qid()), qube));
        opened.add(rooms.readOnlyDatabase(layout.readOnlyQubesDbSocket(qube.qid()), qube));
        VchanLocation location = new VchanLocation(caller.domain(), directory).orInBand();
        location.write(VchanLocation.file(trigger));
        Optional<UserPrincipal> owner = owner(qube);
        if (owner.isPresent()) {
            giveTo(owner.get());
        }
        link(layout.qubeLink(qube.name()), directory);
        link(layout.qubesDbLink(qube.name(), ""), layout.qubesDbSocket(qube.qid()));
        link(layout.qubesDbLink(qube.name(), ".ro"), layout.readOnlyQubesDbSocket(qube.qid()));
    }

    /** The directory goes last: in one that is its own, the user could put links in the way of what is written. */
    private void giveTo(UserPrincipal owner) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = listed.toList();
        }
        for (Path file : files) {
            Files.getFileAttributeView(file, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(owner);
        }
        Files.setOwner(directory, owner);
    }

    /** The Unix user that the qube is; empty for the host's own, or when this host cannot give files away. */
    private static Optional<UserPrincipal> owner(QubeRecord qube) throws IOException {
        Optional<String> user = qube.unixUser().filter(name -> !name.equals(OWN_USER));
        if (user.isEmpty()) {
            return Optional.empty();
        }
        if (!OWN_USER.equals("root")) {
            LOG.warn(
                    "qube `{}` is to be user `{}`, but this host runs as `{}` and cannot give it its sockets",
                    qube.name(),
                    user.get(),
                    OWN_USER);
            return Optional.empty();
        }
        return Optional.of(
                FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(user.get()));
    }

    /** Takes away the links that a host which was killed has left. */
    static void removeLeftLinks(HostLayout layout) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(layout.sockets(), "qubesdb.*.sock")) {
            for (Path link : left) {
                if (Files.isSymbolicLink(link)) {
                    Files.delete(link);
                }
            }
        }
    }

    private void link(Path link, Path target) throws IOException {
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, link.resolveSibling("").relativize(target));
        opened.add(() -> Files.deleteIfExists(link));
    }

    /** Nothing of the qube stays behind, also not the data channel of a caller that was killed. */
    @Override
    public void close() {
        opened.close();
        try {
            takeBack();
            Trees.delete(directory);
        } catch (IOException | UncheckedIOException failed) {
            LOG.warn("`{}` cannot be removed: {}", directory, failed.getMessage());
        }
    }

    /** So that its user cannot exchange what is in it while it is removed. */
    private void takeBack() throws IOException {
        if (OWN_USER.equals("root") && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            Files.setOwner(
                    directory,
                    FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName("root"));
        }
    }
}
