package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.testing.LogLines;
import org.qair.testing.Visitors;

/** Whoever does wrong on {@code qubesd.sock} harms himself alone, and the log says what he did. */
@Timeout(240)
class HostileAdminTest {
    private static final AdminCall LIST = AdminCall.of("admin.vm.List", "", QubeName.DOM0, "");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;
    private Path path;
    private AdminSocket server;
    private LogLines log;
    private Visitors visitors;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> draft.create(QubeType.RemoteVM, FAR, "red"));
        log = LogLines.of(AdminSocket.class);
        path = directory.resolve("qubesd.sock");
        visitors = new Visitors(path);
        serve(Duration.ofMinutes(2));
    }

    private void serve(Duration patience) throws IOException {
        server = AdminSocket.open(SocketFile.ownerOnly(path), AdminApi.of(registry), patience);
    }

    @AfterEach
    void close() throws IOException {
        visitors.close();
        server.close();
        log.close();
        registry.close();
    }

    private void assertServed() throws IOException {
        assertThat(new AdminClient(path).handle(LIST)).isInstanceOf(AdminAnswer.Ok.class);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|header does not end with a NUL",
                "admin.vm.List+ dom0 name dom0|header does not end with a NUL",
                "admin.vm.List+ dom0 name$|header has 3 words, not 4",
                "admin.vm.List+ dom0 uuid x$|destination is neither a name nor the keyword adminvm",
                "admin.vm.List+ 9 name dom0$|a request's source: qube name `9` does not start with a letter",
                "admin.vm.Nothing+ dom0 name dom0$|a call of dom0 is closed without an answer: no such method: `admin.vm.Nothing`",
                "admin.vm.List+x dom0 name dom0$|admin.vm.List: unexpected argument",
                "admin.vm.List+ dom0 name dom0$x|admin.vm.List: unexpected payload",
                "admin.vm.Remove+ dom0 name nowhere$|a call of dom0 is refused: QubesVMNotFoundError: no such qube: `nowhere`",
                "admin.vm.Create.AppVM+ dom0 name dom0$name=x|name= or label= is missing",
            })
    void the_log_says_what_was_wrong(String request, String reason) throws Exception {
        visitors.ask(ascii(request.replace('$', '\0')));
        assertThat(log.await(reason)).isNotEmpty();
        assertServed();
    }

    @Test
    void a_thousand_halves_of_the_largest_request_harm_nobody() throws Exception {
        visitors.thousandHalves();
        assertServed();
    }

    @Test
    void half_a_request_is_closed_in_time() throws Exception {
        server.close();
        serve(Duration.ofMillis(200));
        SocketChannel channel = visitors.saying(ascii("admin.vm.List+ dom0 na"));
        assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        assertThat(log.await("no whole request came within 200 ms")).contains(path.toString());
    }

    @Test
    void a_request_may_come_byte_by_byte() throws Exception {
        SocketChannel channel = visitors.connect();
        for (byte one : ascii("admin.vm.property.Get+klass dom0 name far\0")) {
            Bytes.writeFully(channel, new byte[] {one});
            assertServed();
        }
        channel.shutdownOutput();
        assertThat(new String(Bytes.readAll(channel, 1_000), StandardCharsets.US_ASCII))
                .isEqualTo("0\0default=True type=str RemoteVM");
    }

    @Test
    void a_listener_that_does_not_read_is_cut_off_and_no_writer_waits_for_it() throws Exception {
        server.close();
        serve(Duration.ofMillis(500));
        SocketChannel channel = visitors.saying(ascii("admin.Events+ dom0 name dom0\0"));
        channel.shutdownOutput();
        assertThat(Bytes.readFully(channel, ByteBuffer.allocate("1\0\0connection-established\0\0".length())))
                .isTrue();
        for (int i = 0; i < 100; i++) {
            String value = i + "x".repeat(30_000);
            registry.change(draft -> draft.setFeature(FAR, "f", value));
        }
        assertThat(log.await("admin.Events for dom0 is cut off")).contains("was not read within 500 ms");
    }

    @Test
    void who_leaves_before_his_answer_costs_nothing() throws Exception {
        visitors.leavingEarly(200, ascii("admin.vm.List+ dom0 name dom0\0"));
        assertServed();
    }

    @Test
    void random_bytes_are_closed_or_answered() throws Exception {
        for (byte[] request : Visitors.random(300, 8_021)) {
            assertThat(visitors.ask(request)).isEmpty();
        }
        assertServed();
    }
}
