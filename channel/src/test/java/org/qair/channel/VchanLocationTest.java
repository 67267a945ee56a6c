package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VchanLocationTest {
    private static final Map<String, String> NOTHING = Map.of();

    @TempDir
    Path directory;

    private Path socket = Path.of("unset");

    @BeforeEach
    void makeSocket() throws IOException {
        socket = Files.createFile(directory.resolve("qrexec-agent"));
    }

    @Test
    void theEnvironmentComesFirst() throws Exception {
        new VchanLocation(9, directory).write(VchanLocation.file(socket));
        assertThat(VchanLocation.find(socket, Map.of("VCHAN_DOMAIN", "7", "VCHAN_SOCKET_DIR", "/x")))
                .isEqualTo(new VchanLocation(7, Path.of("/x")));
        assertThat(VchanLocation.find(socket, Map.of("VCHAN_DOMAIN", "7")))
                .isEqualTo(new VchanLocation(7, Path.of("/var/run/vchan")));
    }

    @Test
    void thenTheFileBesideTheSocketBehindItsSymlinks() throws Exception {
        Path link = Files.createSymbolicLink(
                Files.createDirectory(directory.resolve("elsewhere")).resolve("agent"), socket);
        new VchanLocation(9, directory).write(VchanLocation.file(socket));
        assertThat(VchanLocation.find(link, NOTHING)).isEqualTo(new VchanLocation(9, directory));
        assertThat(VchanLocation.find(link, Map.of("VCHAN_SOCKET_DIR", "/x")))
                .as("a directory alone goes with the file's number")
                .isEqualTo(new VchanLocation(9, Path.of("/x")));
    }

    @Test
    void theFileMaySayThatNoneIsNeeded() throws Exception {
        new VchanLocation(9, directory).orInBand().write(VchanLocation.file(socket));
        assertThat(VchanLocation.find(socket, NOTHING)).isEqualTo(new VchanLocation(9, directory, true));
        assertThat(VchanLocation.find(socket, Map.of("VCHAN_SOCKET_DIR", "/x")).inBand())
                .isTrue();
        assertThat(VchanLocation.find(socket, Map.of("VCHAN_DOMAIN", "9")).inBand())
                .isFalse();
        Files.writeString(VchanLocation.file(socket), "VCHAN_DOMAIN=9\nQAIR_IN_BAND=no\n");
        assertThatThrownBy(() -> VchanLocation.find(socket, NOTHING)).hasMessageContaining(":2: `QAIR_IN_BAND=no`");
    }

    @Test
    void thenTheFileOfTheUser() throws Exception {
        int uid = (int) Files.getAttribute(directory, "unix:uid");
        new VchanLocation(11, directory).write(VchanLocation.file(socket, uid));
        new VchanLocation(12, directory).write(VchanLocation.file(socket, uid + 1));
        assertThat(VchanLocation.find(socket, NOTHING)).isEqualTo(new VchanLocation(11, directory));
    }

    @Test
    void noneOrAMalformedOneIsAnErrorWithItsPlace() throws Exception {
        assertThatThrownBy(() -> VchanLocation.find(socket, NOTHING))
                .hasMessageStartingWith("the vchan domain is unknown: set VCHAN_DOMAIN");
        assertThatThrownBy(() -> VchanLocation.find(directory.resolve("absent"), NOTHING))
                .hasMessageStartingWith("there is no socket `" + directory.resolve("absent"));
        Path file = VchanLocation.file(socket);
        Files.writeString(file, "VCHAN_DOMAIN=7\nVCHAN_SOCKET_DIR=relative\n");
        assertThatThrownBy(() -> VchanLocation.find(socket, NOTHING)).hasMessageStartingWith(file + ":2: ");
        Files.writeString(file, "\nVCHAN_DOMAIN=-7\n");
        assertThatThrownBy(() -> VchanLocation.find(socket, NOTHING))
                .hasMessage(file + ":2: `-7` is no vchan domain number");
        Files.writeString(file, "VCHAN_SOCKET_DIR=/x\n");
        assertThatThrownBy(() -> VchanLocation.find(socket, NOTHING)).hasMessage(file + ": VCHAN_DOMAIN is missing");
    }
}
