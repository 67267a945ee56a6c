package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.ServiceName;

class DanglingLinkTest {
    private static final Path NOWHERE = Path.of("/dev/tcp/127.0.0.1/80");

    @TempDir
    Path directory;

    @Test
    void isSeenWhereNoFileIs() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("svc+"), NOWHERE);
        assertThat(DanglingLink.isAt(link)).isTrue();
        assertThat(DanglingLink.isAt(directory.resolve("svc"))).isFalse();
        assertThat(DanglingLink.isAt(directory.resolve("none/svc"))).isFalse();
    }

    @Test
    void isSeenUnderAnyName() throws Exception {
        String name = Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode("dé")
                ? "dé"
                : "d";
        Path elsewhere = Files.createDirectory(directory.resolve(name));
        assertThat(DanglingLink.isAt(Files.createSymbolicLink(elsewhere.resolve("svc"), NOWHERE)))
                .isTrue();
        assertThat(DanglingLink.isAt(elsewhere.resolve("other"))).isFalse();
    }

    @Test
    void goesBeforeAFileOfALaterDirectory() throws Exception {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        Files.createFile(second.resolve("svc+"));
        Path link = Files.createSymbolicLink(first.resolve("svc+"), NOWHERE);
        assertThat(FileLookup.first(List.of(first, second), ServiceName.parse("svc")))
                .contains(link);
    }
}
