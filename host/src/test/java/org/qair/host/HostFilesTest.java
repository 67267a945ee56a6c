package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.files.Directories;
import org.qair.host.files.Trees;
import org.qair.policy.QubeName;

/** What a host makes and removes on disk. */
class HostFilesTest {
    @TempDir
    Path directory;

    private static String mode(Path file) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @Test
    void privateDirectoriesAreForTheirOwnerAndAreCorrected() throws Exception {
        Path secret = directory.resolve("a/b/secret");
        Directories.makePrivate(secret);
        assertThat(mode(secret)).isEqualTo("rwx------");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxrwxrwx"));
        Directories.makePrivate(secret);
        assertThat(mode(secret)).isEqualTo("rwx------");
    }

    @Test
    void treesAreRemovedWithoutFollowingLinks() throws Exception {
        Path kept = Files.writeString(directory.resolve("kept"), "x");
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.writeString(outside.resolve("file"), "x");
        Path tree = directory.resolve("tree");
        Files.createDirectories(tree.resolve("deep"));
        Files.createSymbolicLink(tree.resolve("link"), outside);
        Files.createSymbolicLink(tree.resolve("deep/file"), kept);
        Trees.delete(tree);
        assertThat(tree).doesNotExist();
        assertThat(outside.resolve("file")).exists();
        assertThat(kept).exists();
        Trees.delete(tree);
    }

    @Test
    void oneThingInATreeMayBeKept() throws Exception {
        Path tree = directory.resolve("run");
        Path kept = Files.createDirectories(tree.resolve("vchan/q1"));
        Files.createDirectories(tree.resolve("q2"));
        Trees.deleteBut(tree.resolve("vchan"), tree);
        assertThat(kept).exists();
        assertThat(tree.resolve("q2")).doesNotExist();
        Trees.delete(tree.resolve("vchan"));
        Files.writeString(tree.resolve("file"), "x");
        Trees.deleteBut(tree.resolve("vchan"), tree);
        assertThat(tree).doesNotExist();
        Trees.deleteBut(tree.resolve("vchan"), tree);
    }

    @Test
    void resourcesCloseInReverseOrderAndAllOfThem() {
        List<String> closed = new ArrayList<>();
        Resources resources = new Resources();
        resources.add(() -> closed.add("first"));
        resources.add(() -> {
            throw new IllegalStateException("stuck");
        });
        resources.add(() -> closed.add("last"));
        resources.close();
        assertThat(closed).containsExactly("last", "first");
        resources.add(() -> closed.add("late"));
        assertThat(closed).containsExactly("last", "first", "late");
    }

    @Test
    void everyPathIsUnderTheRoot() {
        HostLayout layout = new HostLayout(Path.of("/srv/x/../host"));
        QubeName qube = new QubeName("q".repeat(63));
        List<Path> paths = new ArrayList<>(layout.servicePath(qube));
        paths.addAll(List.of(
                layout.policy(),
                layout.volatilePolicy(),
                layout.settings(),
                layout.registry(),
                layout.audit(),
                layout.relayKey(qube),
                layout.endpointKey(),
                layout.run(),
                layout.triggerSocket(),
                layout.adminSocket(),
                layout.endpointAddress(),
                layout.qube(7),
                layout.qubeLink(qube)));
        assertThat(paths).allSatisfy(path -> assertThat(path).startsWithRaw(Path.of("/srv/host")));
        assertThat(new HostLayout(Path.of("/")).policy()).isEqualTo(Path.of("/etc/qubes/policy.d"));
    }

    @Test
    void theNameOfAQubeDoesNotLengthenItsSocketsPath() {
        HostLayout layout = new HostLayout(Path.of("/srv/host"));
        assertThat(layout.qube(65_535)
                        .resolve("vchan.65535.0.2147483647.sock")
                        .toString()
                        .length())
                .isLessThan(107);
    }

    @Test
    void aSecondHostOfOneRootIsToldOfTheFirst() throws Exception {
        HostLayout layout = new HostLayout(directory.resolve("root"));
        Host host = Host.start(layout, org.qair.host.settings.HostSettings.read(layout.settings()));
        try {
            assertThat(layout.triggerSocket()).exists();
            assertThatThrownBy(() -> Host.start(layout, org.qair.host.settings.HostSettings.read(layout.settings())))
                    .hasMessageContaining("in use by process");
            assertThat(layout.triggerSocket()).exists();
        } finally {
            host.close();
        }
        assertThat(layout.triggerSocket()).doesNotExist();
        assertThat(layout.run()).doesNotExist();
    }
}
