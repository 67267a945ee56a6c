package org.qair.registry.qubesdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.QubesDbClient;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.SocketFile;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.protocol.QubesDbMessage;
import org.qair.registry.Registry;

@Timeout(120)
class QubesDbSocketTest {
    private static final QubeName ONE = new QubeName("relay-one");
    private static final QubeName TWO = new QubeName("relay-two");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;
    private QubesDbSocket one;
    private QubesDbSocket two;
    private QubesDbSocket readOnly;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, ONE, "red");
            draft.create(QubeType.AppVM, TWO, "red");
            draft.create(QubeType.RemoteVM, FAR, "red");
            draft.setProperty(FAR, "relayvm", "relay-one");
        });
        one = QubesDbSocket.open(file("one"), registry, registry.snapshot().get(ONE));
        two = QubesDbSocket.open(file("two"), registry, registry.snapshot().get(TWO));
        readOnly = QubesDbSocket.openReadOnly(
                file("ro"), registry, registry.snapshot().get(ONE));
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
        readOnly.close();
        registry.close();
    }

    @Test
    void a_qube_reads_what_it_is() throws IOException {
        try (QubesDbClient client = connect("one")) {
            assertThat(client.read("/name")).contains("relay-one");
            assertThat(client.read("/type")).contains("AppVM");
            assertThat(client.read("/qubes-vm-type")).contains("AppVM");
            assertThat(client.read("/default-user")).contains("user");
            assertThat(client.read("/nothing")).isEmpty();
            assertThat(client.list("/qubes-vm-"))
                    .containsExactly("/qubes-vm-persistence", "/qubes-vm-type", "/qubes-vm-updateable");
        }
    }

    @Test
    void a_relay_reads_its_own_remote_names_under_both_paths() throws IOException {
        try (QubesDbClient first = connect("one");
                QubesDbClient second = connect("two")) {
            assertThat(first.read("/remote/far")).contains("far");
            assertThat(first.read("/remotes/far")).contains("far");
            assertThat(first.multiread("/remote/")).isEqualTo(Map.of("/remote/far", "far"));
            assertThat(first.read("/remote/")).isEmpty();
            assertThat(first.read("/remote/9")).isEmpty();
            assertThat(second.read("/remote/far")).isEmpty();
            assertThat(second.multiread("/remote/")).isEmpty();
        }
    }

    @Test
    void every_change_is_there_at_once_and_watchers_see_it() throws Exception {
        try (QubesDbClient first = connect("one");
                QubesDbClient second = connect("two")) {
            first.watch("/remote/");
            second.watch("/remote/");
            registry.change(draft -> draft.setProperty(FAR, "remote_name", "work"));
            assertThat(first.nextChange()).isEqualTo("/remote/far");
            assertThat(first.read("/remote/far")).contains("work");
            registry.change(draft -> draft.setProperty(FAR, "relayvm", "relay-two"));
            assertThat(first.nextChange()).isEqualTo("/remote/far");
            assertThat(first.read("/remote/far")).isEmpty();
            assertThat(second.nextChange()).isEqualTo("/remote/far");
            assertThat(second.read("/remote/far")).contains("work");
            registry.change(draft -> draft.setProperty(FAR, "name", "farther"));
            assertThat(List.of(second.nextChange(), second.nextChange()))
                    .containsExactlyInAnyOrder("/remote/far", "/remote/farther");
            assertThat(second.multiread("/remote/")).isEqualTo(Map.of("/remote/farther", "work"));
            registry.change(draft -> draft.resetProperty(new QubeName("farther"), "remote_name"));
            assertThat(second.nextChange()).isEqualTo("/remote/farther");
            assertThat(second.read("/remote/farther")).contains("farther");
            registry.change(draft -> draft.remove(new QubeName("farther")));
            assertThat(second.nextChange()).isEqualTo("/remote/farther");
            assertThat(second.multiread("/remote")).isEmpty();
        }
    }

    @Test
    void a_watch_is_for_one_path_or_for_all_below() throws Exception {
        try (QubesDbClient client = connect("one")) {
            client.watch("/remote/far");
            client.watch("/name");
            registry.change(draft -> {
                draft.create(QubeType.RemoteVM, new QubeName("other"), "red");
                draft.setProperty(new QubeName("other"), "relayvm", "relay-one");
                draft.setProperty(FAR, "remote_name", "work");
            });
            assertThat(client.nextChange()).isEqualTo("/remote/far");
            client.unwatch("/remote/far");
            assertThatThrownBy(() -> client.unwatch("/remote/far")).hasMessageContaining("NOENT");
            registry.change(draft -> draft.setProperty(FAR, "relayvm", ""));
            registry.change(draft -> draft.rename(ONE, new QubeName("relay-uno")));
        } catch (org.qair.registry.RegistryException inUse) {
            assertThat(inUse).hasMessageContaining("other");
        }
    }

    @Test
    void a_renamed_qube_keeps_its_database() throws Exception {
        registry.change(draft -> draft.setProperty(FAR, "relayvm", ""));
        try (QubesDbClient client = connect("one")) {
            client.watch("/name");
            registry.change(draft -> draft.rename(ONE, new QubeName("relay-uno")));
            assertThat(client.nextChange()).isEqualTo("/name");
            assertThat(client.read("/name")).contains("relay-uno");
            registry.change(draft -> draft.setProperty(FAR, "relayvm", "relay-uno"));
            assertThat(client.read("/remote/far")).contains("far");
        }
    }

    @Test
    void a_removed_qube_has_nothing() throws Exception {
        try (QubesDbClient client = connect("two")) {
            registry.change(draft -> draft.remove(TWO));
            assertThat(client.read("/name")).isEmpty();
            assertThat(client.list("/")).isEmpty();
        }
    }

    @Test
    void a_qube_writes_what_is_not_the_registry_s() throws IOException {
        try (QubesDbClient client = connect("one");
                QubesDbClient watcher = connect("one");
                QubesDbClient other = connect("two")) {
            watcher.watch("/mine/");
            client.write("/mine/a", "1");
            assertThat(watcher.nextChange()).isEqualTo("/mine/a");
            client.write("/mine/b", "");
            assertThat(watcher.nextChange()).isEqualTo("/mine/b");
            assertThat(client.multiread("/mine")).isEqualTo(Map.of("/mine/a", "1", "/mine/b", ""));
            assertThat(other.read("/mine/a")).isEmpty();
            assertThat(client.remove("/mine/")).isTrue();
            assertThat(client.remove("/mine/")).isFalse();
            assertThat(List.of(watcher.nextChange(), watcher.nextChange())).containsExactly("/mine/a", "/mine/b");
            for (String path : List.of("/name", "/remote/x", "/remotes/x", "/qubes-vm-type", "/type/x", "/mine/")) {
                assertThatThrownBy(() -> client.write(path, "x")).as(path).hasMessageContaining("ERROR");
            }
            assertThatThrownBy(() -> client.remove("/remote/far")).hasMessageContaining("ERROR");
            assertThatThrownBy(() -> client.write("/mine/a", "x\0y")).hasMessageContaining("ERROR");
            assertThat(client.read("/remote/far")).contains("far");
        }
    }

    @Test
    void nothing_is_written_through_a_read_only_socket() throws IOException {
        try (QubesDbClient client = connect("ro")) {
            assertThatThrownBy(() -> client.write("/mine", "x")).hasMessageContaining("ERROR");
            assertThatThrownBy(() -> client.remove("/mine")).hasMessageContaining("ERROR");
            assertThat(client.read("/name")).contains("relay-one");
        }
    }

    @Test
    void a_qube_that_writes_without_end_is_refused() throws IOException {
        try (QubesDbClient client = connect("one")) {
            for (int i = 0; i < 1_000; i++) {
                client.write("/mine/" + i, "x");
            }
            assertThatThrownBy(() -> client.write("/mine/more", "x")).hasMessageContaining("ERROR");
            client.write("/mine/0", "again");
            for (int i = 0; i < 1_000; i++) {
                client.watch("/mine/" + i);
            }
            assertThatThrownBy(() -> client.watch("/mine/more")).hasMessageContaining("ERROR");
        }
    }

    @Test
    void a_name_that_is_too_long_for_a_path_is_left_out() throws Exception {
        QubeName name = new QubeName("x".repeat(55));
        registry.change(draft -> {
            draft.create(QubeType.RemoteVM, name, "red");
            draft.setProperty(name, "relayvm", "relay-one");
            draft.create(QubeType.RemoteVM, new QubeName("y".repeat(63)), "red");
            draft.setProperty(new QubeName("y".repeat(63)), "relayvm", "relay-one");
        });
        try (QubesDbClient client = connect("one")) {
            assertThat(client.list("/remote")).containsExactly("/remote/far", "/remote/" + name, "/remotes/far");
        }
    }

    @Test
    void what_is_no_request_is_an_error_and_its_data_is_left_out() throws IOException {
        byte[] unknown = QubesDbMessage.of(QubesDbMessage.Type.READ, "/name").encode();
        unknown[0] = 99;
        byte[] answer =
                QubesDbMessage.of(QubesDbMessage.Type.OK, "/name", "data").encode();
        byte[] withData =
                QubesDbMessage.of(QubesDbMessage.Type.READ, "/name", "x").encode();
        byte[] noPath =
                QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a b", "value").encode();
        byte[] noSlash = QubesDbMessage.of(QubesDbMessage.Type.READ, "name").encode();
        byte[] empty = QubesDbMessage.of(QubesDbMessage.Type.LIST, "").encode();
        byte[] withNul =
                QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a", "a\0b").encode();
        byte[] noNul = QubesDbMessage.of(QubesDbMessage.Type.READ, "/" + "a".repeat(62))
                .encode();
        noNul[64] = 'b';
        byte[] tooLong =
                Arrays.copyOf(QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a").encode(), 72 + 20_000);
        ByteBuffer.wrap(tooLong).order(ByteOrder.nativeOrder()).putInt(68, 20_000);
        try (SocketChannel channel = raw()) {
            for (byte[] bytes : List.of(unknown, answer, withData, noPath, noSlash, empty, withNul, noNul, tooLong)) {
                Bytes.writeFully(channel, bytes);
                QubesDbMessage.Head error = QubesDbMessage.decodeHead(receive(channel, 72));
                assertThat(error.type()).isEqualTo(QubesDbMessage.Type.ERROR);
                assertThat(error.path()).isEqualTo(QubesDbMessage.claimedPath(bytes));
                assertThat(error.length()).isZero();
            }
            Bytes.writeFully(
                    channel,
                    QubesDbMessage.of(QubesDbMessage.Type.READ, "/name").encode());
            assertThat(QubesDbMessage.decodeHead(receive(channel, 72)).type()).isEqualTo(QubesDbMessage.Type.R_READ);
            assertThat(receive(channel, 9)).asString().isEqualTo("relay-one");
        }
    }

    private static byte[] receive(SocketChannel channel, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        assertThat(Bytes.readFully(channel, bytes)).isTrue();
        return bytes.array();
    }

    @Test
    void who_stops_in_the_middle_ends_nobody_else() throws IOException {
        byte[] lies = QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a").encode();
        ByteBuffer.wrap(lies).order(ByteOrder.nativeOrder()).putInt(68, -1);
        byte[] promise = QubesDbMessage.of(QubesDbMessage.Type.WRITE, "/a").encode();
        ByteBuffer.wrap(promise).order(ByteOrder.nativeOrder()).putInt(68, 100);
        try (QubesDbClient bystander = connect("one")) {
            for (byte[] bytes : List.of(lies, promise, Arrays.copyOf(promise, 30))) {
                try (SocketChannel channel = raw()) {
                    Bytes.writeFully(channel, bytes);
                    channel.shutdownOutput();
                    assertThat(channel.read(ByteBuffer.allocate(1))).isNegative();
                }
            }
            assertThat(bystander.read("/name")).contains("relay-one");
        }
    }

    @Test
    void a_writer_that_sends_a_byte_at_a_time_is_served_and_holds_up_nobody() throws IOException {
        byte[] request = QubesDbMessage.of(QubesDbMessage.Type.READ, "/type").encode();
        try (SocketChannel slow = raw();
                QubesDbClient quick = connect("one")) {
            for (byte one : request) {
                Bytes.writeFully(slow, ByteBuffer.wrap(new byte[] {one}));
                assertThat(quick.read("/name")).contains("relay-one");
            }
            assertThat(QubesDbMessage.decodeHead(receive(slow, 72)).length()).isEqualTo(5);
            assertThat(receive(slow, 5)).asString().isEqualTo("AppVM");
        }
    }

    @Test
    void the_entries_are_those_that_the_field_writes() throws Exception {
        QubeName debian = new QubeName("debian");
        registry.change(draft -> {
            draft.create(QubeType.TemplateVM, debian, "black");
            draft.setProperty(debian, "default_user", "deb");
            draft.setProperty(ONE, "template", "debian");
            draft.setProperty(ONE, "debug", "True");
            draft.setFeature(ONE, "service.cups", "");
            draft.setFeature(ONE, "service.crond", "1");
            draft.setFeature(ONE, "vm-config.proxy", "sys-net:8082");
            draft.setFeature(ONE, "vm-config.long", "x".repeat(3_072));
        });
        try (QubesDbClient client = connect("one")) {
            assertThat(client.multiread("/"))
                    .containsExactly(
                            entry("/default-user", "deb"),
                            entry("/name", "relay-one"),
                            entry("/qubes-base-template", "debian"),
                            entry("/qubes-debug-mode", "1"),
                            entry("/qubes-service/crond", "1"),
                            entry("/qubes-service/cups", "0"),
                            entry("/qubes-timezone", ZoneId.systemDefault().getId()),
                            entry("/qubes-vm-persistence", "rw-only"),
                            entry("/qubes-vm-type", "AppVM"),
                            entry("/qubes-vm-updateable", "False"),
                            entry("/remote/far", "far"),
                            entry("/remotes/far", "far"),
                            entry("/type", "AppVM"),
                            entry("/vm-config/proxy", "sys-net:8082"));
            client.watch("/default-user");
            registry.change(draft -> draft.setProperty(debian, "default_user", "other"));
            assertThat(client.nextChange()).isEqualTo("/default-user");
            client.watch("/qubes-timezone");
            registry.change(draft -> draft.setFeature(debian, "anon-timezone", "1"));
            assertThat(client.nextChange()).isEqualTo("/qubes-timezone");
            assertThat(client.read("/qubes-timezone")).isEmpty();
        }
    }

    @Test
    void a_thousand_idle_clients_and_one_that_never_reads_harm_nobody() throws Exception {
        List<SocketChannel> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                idle.add(raw());
            }
            SocketChannel deaf = raw();
            idle.add(deaf);
            Bytes.writeFully(
                    deaf,
                    QubesDbMessage.of(QubesDbMessage.Type.WATCH, "/remote/").encode());
            deaf.configureBlocking(false);
            ByteBuffer request = ByteBuffer.wrap(
                    QubesDbMessage.of(QubesDbMessage.Type.LIST, "/").encode());
            while (deaf.write(request) > 0) {
                request.rewind();
            }
            for (int i = 0; i < 100; i++) {
                String name = "name-" + i;
                registry.change(draft -> draft.setProperty(FAR, "remote_name", name));
            }
            try (QubesDbClient client = connect("one")) {
                assertThat(client.read("/remote/far")).contains("name-99");
            }
        } finally {
            for (SocketChannel channel : idle) {
                channel.close();
            }
        }
    }

    /** Two RemoteVMs swap relays and names without end; no reader may ever see the remote name of the other. */
    @Test
    void a_reader_never_sees_the_remote_name_of_another_qube() throws Exception {
        QubeName other = new QubeName("other");
        registry.change(draft -> {
            draft.setProperty(FAR, "remote_name", "far-away");
            draft.create(QubeType.RemoteVM, other, "red");
            draft.setProperty(other, "remote_name", "other-away");
            draft.setProperty(other, "relayvm", "relay-two");
        });
        Thread writer = Thread.ofVirtual().start(() -> moveAround(other));
        int seen = 0;
        try (QubesDbClient first = connect("one");
                QubesDbClient second = connect("two")) {
            while (writer.isAlive() || seen == 0) {
                for (QubesDbClient client : List.of(first, second)) {
                    for (QubeName name : List.of(FAR, other)) {
                        Optional<String> read = client.read("/remote/" + name);
                        assertThat(read.orElse(name + "-away")).isEqualTo(name + "-away");
                        seen += read.isPresent() ? 1 : 0;
                    }
                    client.multiread("/remote/")
                            .forEach((path, value) ->
                                    assertThat("/remote/" + value).isEqualTo(path + "-away"));
                }
            }
        }
        writer.join();
        assertThat(seen).isPositive();
    }

    private void moveAround(QubeName other) {
        QubeName aside = new QubeName("aside");
        try {
            for (int i = 0; i < 100; i++) {
                String forFar = i % 2 == 0 ? "relay-two" : "relay-one";
                String forOther = i % 2 == 0 ? "relay-one" : "relay-two";
                registry.change(draft -> {
                    draft.setProperty(FAR, "relayvm", forFar);
                    draft.setProperty(other, "relayvm", forOther);
                    draft.rename(FAR, aside);
                    draft.rename(other, FAR);
                    draft.rename(aside, other);
                    draft.setProperty(FAR, "remote_name", "far-away");
                    draft.setProperty(other, "remote_name", "other-away");
                });
            }
        } catch (org.qair.registry.RegistryException refused) {
            throw new IllegalStateException(refused);
        }
    }

    private SocketFile file(String name) {
        return SocketFile.ownerOnly(directory.resolve(name));
    }

    private QubesDbClient connect(String name) throws IOException {
        return QubesDbClient.connect(directory.resolve(name));
    }

    private SocketChannel raw() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(directory.resolve("one")));
    }
}
