package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;

@Timeout(120)
class AdminSocketTest {
    private static final AdminCall LIST = AdminCall.of("admin.vm.List", "", QubeName.DOM0, "");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private Registry registry;
    private SocketFile file;
    private AdminSocket server;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        file = SocketFile.ownerOnly(directory.resolve("qubesd.sock"));
        server = AdminSocket.open(file, AdminApi.of(registry), PATIENCE);
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        registry.close();
    }

    @Test
    void a_client_calls_it() throws Exception {
        AdminClient client = new AdminClient(file.path());
        client.handle(AdminCall.of("admin.vm.Create.RemoteVM", "", QubeName.DOM0, "name=far label=red"));
        assertThat(registry.snapshot().get(new QubeName("far")).klass()).isEqualTo(QubeType.RemoteVM);
        assertThat(client.handle(AdminCall.of("admin.vm.property.Get", "label", new QubeName("far"), "")))
                .isInstanceOfSatisfying(
                        AdminAnswer.Ok.class, ok -> assertThat(ok.text()).isEqualTo("default=False type=label red"));
        assertThat(client.handle(AdminCall.of("admin.vm.Start", "", new QubeName("far"), "")))
                .isEqualTo(new AdminAnswer.Failure("QubesVMNotHaltedError", "Cannot start a RemoteVM."));
        assertThat(client.handle(AdminCall.of("admin.vm.Nothing", "", QubeName.DOM0, "")))
                .isInstanceOf(AdminAnswer.Malformed.class);
    }

    @Test
    void the_socket_is_its_owner_s() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                .isEqualTo("rw-------");
        try (var left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("."));
        }
    }

    @Test
    void what_a_killed_server_left_is_replaced_and_a_living_one_is_not() throws IOException {
        assertThatThrownBy(() -> AdminSocket.open(file, AdminApi.of(registry)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is in use by a running server");
        Path stale = directory.resolve("stale.sock");
        try (var left = java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            left.bind(UnixDomainSocketAddress.of(stale));
        }
        AdminSocket.open(SocketFile.ownerOnly(stale), AdminApi.of(registry)).close();
        assertThat(stale).doesNotExist();
        Files.writeString(stale, "a file");
        assertThatThrownBy(() -> AdminSocket.open(SocketFile.ownerOnly(stale), AdminApi.of(registry)))
                .hasMessageContaining("is there already and is no socket");
        assertThat(stale).hasContent("a file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\0",
                "admin.vm.List+ dom0 name dom0",
                "admin.vm.List+ dom0 name\0",
                "admin.vm.List+ dom0 keyword default\0",
                "admin.vm.List+ \u00e9 name dom0\0",
                "admin.vm.List+x dom0 name dom0\0",
                "no.such.method+ dom0 name dom0\0",
            })
    void a_broken_request_is_closed_without_a_byte(String request) throws Exception {
        assertThat(exchange(request.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(new AdminClient(file.path()).handle(LIST)).isInstanceOf(AdminAnswer.Ok.class);
    }

    @Test
    void a_request_that_is_too_long_is_closed_without_a_byte() throws Exception {
        try (SocketChannel channel = connect()) {
            byte[] header = "admin.vm.Create.RemoteVM+ dom0 name dom0\0".getBytes(StandardCharsets.US_ASCII);
            Bytes.writeFully(channel, header);
            assertThatThrownBy(() -> {
                        Bytes.writeFully(channel, new byte[1024 * 1024]);
                        channel.shutdownOutput();
                        if (channel.read(ByteBuffer.allocate(1)) < 0) {
                            throw new IOException("closed without a byte");
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThat(registry.snapshot().qubes()).hasSize(1);
    }

    @Test
    void a_request_that_does_not_come_in_time_is_closed_without_a_byte() throws Exception {
        Path path = directory.resolve("hasty.sock");
        try (AdminSocket hasty =
                        AdminSocket.open(SocketFile.ownerOnly(path), AdminApi.of(registry), Duration.ofMillis(100));
                SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            Bytes.writeFully(channel, "admin.vm.List+ dom0".getBytes(StandardCharsets.US_ASCII));
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(hasty).isNotNull();
        }
    }

    @Test
    void a_thousand_idle_connections_harm_nobody() throws Exception {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                SocketChannel channel = connect();
                idle.add(channel);
                Bytes.writeFully(channel, "admin".getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(new AdminClient(file.path()).handle(LIST)).isInstanceOf(AdminAnswer.Ok.class);
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
        assertThat(new AdminClient(file.path()).handle(LIST)).isInstanceOf(AdminAnswer.Ok.class);
    }

    @Test
    void a_listener_hears_events_until_it_leaves() throws Exception {
        registry.change(draft -> draft.create(QubeType.RemoteVM, new QubeName("far"), "red"));
        try (SocketChannel channel = connect()) {
            Bytes.writeFully(channel, "admin.Events+ dom0 name dom0\0".getBytes(StandardCharsets.US_ASCII));
            channel.shutdownOutput();
            expect(channel, "1\0\0connection-established\0\0");
            registry.change(draft -> draft.addTag(new QubeName("far"), "trusted"));
            expect(channel, "1\0far\0domain-tag-add:trusted\0tag\0trusted\0\0");
            registry.change(draft -> draft.remove(new QubeName("far")));
            expect(channel, "1\0\0domain-pre-delete\0vm\0far\0\0");
            expect(channel, "1\0\0domain-delete\0vm\0far\0\0");
            server.close();
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void a_listener_that_does_not_read_holds_nobody_up() throws Exception {
        registry.change(draft -> draft.create(QubeType.RemoteVM, new QubeName("far"), "red"));
        try (SocketChannel channel = connect()) {
            Bytes.writeFully(channel, "admin.Events+ dom0 name dom0\0".getBytes(StandardCharsets.US_ASCII));
            channel.shutdownOutput();
            expect(channel, "1\0\0connection-established\0\0");
            String value = "x".repeat(30_000);
            for (int i = 0; i < 50; i++) {
                String number = Integer.toString(i);
                registry.change(draft -> draft.setFeature(new QubeName("far"), "f", number + value));
            }
            assertThat(new AdminClient(file.path()).handle(LIST)).isInstanceOf(AdminAnswer.Ok.class);
        }
    }

    @Test
    void a_host_that_is_not_there_is_an_ioexception() {
        assertThatThrownBy(() -> new AdminClient(directory.resolve("none.sock")).handle(LIST))
                .isInstanceOf(IOException.class);
    }

    private byte[] exchange(byte[] request) throws IOException {
        try (SocketChannel channel = connect()) {
            Bytes.writeFully(channel, request);
            channel.shutdownOutput();
            return Bytes.readAll(channel, 100_000);
        }
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(file.path()));
    }

    private static void expect(SocketChannel channel, String expected) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(expected.length());
        assertThat(Bytes.readFully(channel, buffer)).isTrue();
        assertThat(new String(buffer.array(), StandardCharsets.US_ASCII)).isEqualTo(expected);
    }
}
