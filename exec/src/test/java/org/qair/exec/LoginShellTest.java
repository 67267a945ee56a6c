package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.call.CallId;

@Timeout(60)
class LoginShellTest {
    @TempDir
    Path directory;

    private LoginShell shell;

    @BeforeEach
    void makeShell() {
        shell = new LoginShell(ServiceSettings.of(
                new ServicePath(java.util.List.of()), new ConfigPath(java.util.List.of()), Optional.empty(), Map.of()));
    }

    private TestStreams run(String command, int code) throws Exception {
        TestStreams streams = TestStreams.sending("in");
        assertThat(shell.prepare(CallId.random(), command, Optional.empty()).run(streams))
                .isEqualTo(code);
        return streams;
    }

    @Test
    void givesTheTextToTheShellAsItIs() throws Exception {
        assertThat(run("cat; echo \" 'a'  $((1+1))\"; exit 4", 4).stdout.text()).isEqualTo("in 'a'  2\n");
        assertThat(run("echo lost >&2", 0).stderr.text()).isEqualTo("lost\n");
    }

    @Test
    void givesItsBytesOrRefusesThem() throws Exception {
        String bytes = "printf '\u00c3\u00a9'"; // those of an é
        if (Charset.forName(System.getProperty("sun.jnu.encoding")).equals(StandardCharsets.UTF_8)) {
            assertThat(run(bytes, 0).stdout.text()).isEqualTo("\u00e9");
            assertThatThrownBy(() -> run("printf '\u00e9'", 0)).hasMessageContaining("bytes that are no UTF-8");
        } else {
            assertThatThrownBy(() -> run(bytes, 0)).hasMessageContaining("bytes that are no");
        }
    }

    @Test
    void startsAtHome() throws Exception {
        assertThat(run("pwd", 0).stdout.text().strip()).isEqualTo(home().toString());
    }

    private static Path home() throws Exception {
        Path home = UnixUser.own().home();
        return Files.isDirectory(home) ? home.toRealPath() : Path.of("/");
    }

    @Test
    void startsAloneWithItsStreamsOnNothing() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        shell.prepare(CallId.random(), "cat; echo on >" + fifo, Optional.empty())
                .start();
        assertThat(Files.readString(fifo)).isEqualTo("on\n");
    }

    @Test
    void leavesAloneWhatItStartedAlone() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        String command = "sh -c 'echo $$ >%1$s; read go <%1$s; echo survived >%1$s' &".formatted(fifo);
        shell.prepare(CallId.random(), command, Optional.empty()).start();
        assertThat(Files.readString(fifo)).isNotEmpty();
        Files.writeString(fifo, "go\n");
        assertThat(Files.readString(fifo)).isEqualTo("survived\n");
    }
}
