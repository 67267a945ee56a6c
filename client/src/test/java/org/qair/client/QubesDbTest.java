package org.qair.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.protocol.QubesDbMessage;

@Timeout(60)
class QubesDbTest {
    @TempDir
    Path directory;

    private final NavigableMap<String, String> entries =
            new TreeMap<>(Map.of("/remote/work", "Work", "/remote/web", "a\u001b[1m", "/other", "x"));
    private ServerSocketChannel server;

    @BeforeEach
    void serve() throws IOException {
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("db")));
        Thread.ofVirtual().start(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void accept() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                while (true) {
                    byte[] header = new byte[QubesDbMessage.HEADER];
                    ByteBuffer into = ByteBuffer.wrap(header);
                    while (into.hasRemaining() && client.read(into) >= 0) {
                        // whole headers only
                    }
                    if (into.hasRemaining()) {
                        break;
                    }
                    QubesDbMessage.Head head = QubesDbMessage.decodeHead(header);
                    ByteBuffer data = ByteBuffer.allocate(head.length());
                    while (data.hasRemaining() && client.read(data) >= 0) {
                        // all of it
                    }
                    for (QubesDbMessage reply : replies(head, data.array())) {
                        client.write(ByteBuffer.wrap(reply.encode()));
                    }
                }
            } catch (IOException ended) {
                // the next one
            }
        }
    }

    private List<QubesDbMessage> replies(QubesDbMessage.Head head, byte[] data) {
        return switch (head.type()) {
            case READ ->
                // a watch may be told between any two replies
                entries.containsKey(head.path())
                        ? List.of(
                                QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, "/noise"),
                                new QubesDbMessage(
                                        QubesDbMessage.Type.R_READ,
                                        head.path(),
                                        ByteBuffer.wrap(entries.get(head.path()).getBytes(UTF_8))))
                        : List.of(QubesDbMessage.of(QubesDbMessage.Type.NOENT, head.path()));
            case LIST -> {
                List<QubesDbMessage> all = new ArrayList<>();
                entries.keySet().stream()
                        .filter(path -> path.startsWith(head.path()))
                        .forEach(path -> all.add(QubesDbMessage.of(QubesDbMessage.Type.R_LIST, path)));
                all.add(QubesDbMessage.of(QubesDbMessage.Type.R_LIST, ""));
                yield all;
            }
            case MULTIREAD -> {
                List<QubesDbMessage> all = new ArrayList<>();
                entries.tailMap(head.path()).forEach((path, value) -> {
                    if (path.startsWith(head.path())) {
                        all.add(QubesDbMessage.of(QubesDbMessage.Type.R_MULTIREAD, path, value));
                    }
                });
                all.add(QubesDbMessage.of(QubesDbMessage.Type.R_MULTIREAD, ""));
                yield all;
            }
            case WRITE -> {
                if (head.path().startsWith("/remote/")) {
                    yield List.of(QubesDbMessage.of(QubesDbMessage.Type.ERROR, head.path()));
                }
                entries.put(head.path(), new String(data, UTF_8));
                yield List.of(QubesDbMessage.of(QubesDbMessage.Type.OK, head.path()));
            }
            case RM ->
                List.of(QubesDbMessage.of(
                        entries.remove(head.path()) == null ? QubesDbMessage.Type.NOENT : QubesDbMessage.Type.OK,
                        head.path()));
            case WATCH -> {
                if (head.path().equals("/late")) {
                    entries.put("/late", "at last");
                }
                yield List.of(
                        QubesDbMessage.of(QubesDbMessage.Type.OK, head.path()),
                        QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, "/remote/first"),
                        QubesDbMessage.of(QubesDbMessage.Type.R_WATCH, "/remote/second"));
            }
            default -> List.of(QubesDbMessage.of(QubesDbMessage.Type.ERROR, head.path()));
        };
    }

    private record Result(int code, String out, String err) {}

    private Result run(String... words) throws Exception {
        ProcessBuilder builder = ClientProcess.builderOf(QubesDb.class, List.of(), words);
        builder.environment().put("QUBESDB_SOCKET", directory.resolve("db").toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), out, err);
    }

    @Test
    void readsValuesAndSaysWhichAreMissing() throws Exception {
        assertThat(run("read", "/remote/work")).isEqualTo(new Result(0, "Work\n", ""));
        assertThat(run("read", "-f", "/remote/work", "/other"))
                .isEqualTo(new Result(0, "/remote/work = Work\n/other = x\n", ""));
        assertThat(run("read", "/remote/none")).isEqualTo(new Result(2, "", "qubesdb-read: no entry `/remote/none`\n"));
        assertThat(run("read", "-q", "/remote/none")).isEqualTo(new Result(2, "", ""));
    }

    @Test
    void valuesCannotSpeakToATerminalUnlessAsked() throws Exception {
        assertThat(run("read", "/remote/web").out()).isEqualTo("a\\x1b[1m\n");
        assertThat(run("read", "-r", "/remote/web").out()).isEqualTo("a\u001b[1m\n");
    }

    @Test
    void aRawValueIsWrittenByteForByte() throws Exception {
        entries.put("/mine/a", "gr\u00fc\u00df");
        assertThat(run("read", "/mine/a").out()).isEqualTo("gr\\xc3\\xbc\\xc3\\x9f\n");
        assertThat(run("read", "-r", "/mine/a").out()).isEqualTo("gr\u00fc\u00df\n");
    }

    @Test
    void listsWhatIsUnderAPrefix() throws Exception {
        assertThat(run("list", "/remote/")).isEqualTo(new Result(0, "web\nwork\n", ""));
        assertThat(run("list", "-f", "/remote/").out()).isEqualTo("/remote/web\n/remote/work\n");
    }

    @Test
    void watchesAsOftenAsAsked() throws Exception {
        assertThat(run("watch", "/remote/")).isEqualTo(new Result(0, "/remote/first\n", ""));
        assertThat(run("watch", "-n", "2", "/remote/").out()).isEqualTo("/remote/first\n/remote/second\n");
    }

    @Test
    void readsAllBelowAPrefix() throws Exception {
        assertThat(run("multiread", "/remote/")).isEqualTo(new Result(0, "web = a\\x1b[1m\nwork = Work\n", ""));
        assertThat(run("multiread", "-f", "/remote/w", "/other").out())
                .isEqualTo("/remote/web = a\\x1b[1m\n/remote/work = Work\n/other = x\n");
        assertThat(run("multiread", "/nothing/")).isEqualTo(new Result(0, "", ""));
    }

    @Test
    void waitsForAnEntryWhenAsked() throws Exception {
        assertThat(run("read", "/late").code()).isEqualTo(2);
        assertThat(run("read", "-w", "/late")).isEqualTo(new Result(0, "at last\n", ""));
    }

    @Test
    void writesAndRemoves() throws Exception {
        assertThat(run("write", "/mine/a", "caf\u00e9", "/mine/b", "")).isEqualTo(new Result(0, "", ""));
        assertThat(entries).containsEntry("/mine/a", "caf\u00e9").containsEntry("/mine/b", "");
        assertThat(run("write", "/remote/work", "x").err())
                .contains("qubesdb does not write `/remote/work`: it answers ERROR");
        assertThat(run("write", "/mine/a").err()).contains("a VALUE is missing").contains("for example: qubesdb-write");
        assertThat(run("rm", "/mine/a")).isEqualTo(new Result(0, "", ""));
        assertThat(entries).doesNotContainKey("/mine/a");
        assertThat(run("rm", "/mine/a")).isEqualTo(new Result(0, "", ""));
        assertThat(run("write", "/mine/a", "x".repeat(3_072)).err()).contains("the limit is 3071");
    }

    @ParameterizedTest
    @CsvSource({"read, -h", "read, --help", "write, -h", "rm, --help"})
    void everyProgramHasHelp(String command, String option) throws Exception {
        Result help = run(command, option);
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("usage: qubesdb-" + command + " [").contains("for example: qubesdb-" + command);
    }

    @Test
    void wrongUsageAndAnAbsentDatabaseAre1() throws Exception {
        assertThat(run("read").code()).isEqualTo(1);
        assertThat(run("read").err()).contains("PATH is missing").contains("for example:");
        assertThat(run("read", "/" + "a".repeat(63)).err())
                .contains("is no path: it begins with / and has at most 63 of");
        server.close();
        assertThat(run("read", "/remote/work").code()).isEqualTo(1);
    }
}
