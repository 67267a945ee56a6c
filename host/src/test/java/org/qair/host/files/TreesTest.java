package org.qair.host.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is removed may have been made by somebody who wants this program to remove something else, or to fail. */
@Timeout(60)
class TreesTest {
    @TempDir
    Path directory;

    private Path tree() throws Exception {
        Path tree = directory.resolve("run/q7");
        Files.createDirectories(tree.resolve("a/b"));
        Files.createFile(tree.resolve("a/b/file"));
        return tree;
    }

    private void shell(Path in, String script) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", script)
                .directory(in.toFile())
                .inheritIO()
                .start();
        assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(shell.exitValue()).isZero();
    }

    @Test
    void linksAreRemovedAndNotFollowed() throws Exception {
        Path tree = tree();
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.createFile(precious.resolve("file"));
        Files.createSymbolicLink(tree.resolve("a/to-it"), precious);
        Files.createSymbolicLink(tree.resolve("nowhere"), Path.of("nothing"));
        Path link = Files.createSymbolicLink(directory.resolve("run/link"), precious);
        Trees.delete(tree);
        Trees.delete(link);
        assertThat(precious.resolve("file")).exists();
        try (var left = Files.list(directory.resolve("run"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aPathLongerThanTheSystemAllowsStopsNobody() throws Exception {
        Path tree = tree();
        shell(
                tree,
                "d=dddddddddddddddddddddddddddddddddddddddddddddddddd; i=0;"
                        + " while [ $i -lt 300 ]; do mkdir $d && cd -P $d && i=$((i + 1)) || exit 1; done; echo x > file");
        Trees.delete(tree);
        assertThat(Files.exists(tree, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }

    @Test
    void oneThingIsKept() throws Exception {
        Path made = tree();
        Path run = directory.resolve("run");
        assertThat(made).startsWith(run);
        Path kept = Files.createDirectories(run.resolve("vchan"));
        Files.createFile(kept.resolve("socket"));
        Trees.deleteBut(kept, run);
        assertThat(kept.resolve("socket")).exists();
        assertThat(run.resolve("q7")).doesNotExist();
        Trees.deleteBut(run.resolve("other"), run);
        assertThat(run).doesNotExist();
        Trees.deleteBut(run.resolve("other"), run);
        Trees.delete(directory.resolve("not/there"));
    }
}
