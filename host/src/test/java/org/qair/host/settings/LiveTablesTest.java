package org.qair.host.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;

class LiveTablesTest {
    private static final String PEER = "address = \"192.0.2.7:2222\"\nhost-key = \"ssh-ed25519 AAAA\"\n";
    private static final String RELAY = "key = \"ssh-ed25519 AAAA\"\n";

    @TempDir
    Path directory;

    @BeforeEach
    void directories() throws IOException {
        Files.createDirectories(directory.resolve("peers.d"));
        Files.createDirectories(directory.resolve("relays.d"));
    }

    private LiveTables read() {
        return read(directory);
    }

    private static LiveTables read(Path directory) {
        return LiveTables.read(
                directory.resolve("qair.toml"), directory.resolve("peers.d"), directory.resolve("relays.d"));
    }

    private void write(String file, String text) throws IOException {
        Files.writeString(directory.resolve(file), text);
    }

    @Test
    void nothingIsNoFault() throws IOException {
        Files.delete(directory.resolve("peers.d"));
        LiveTables tables = read();
        assertThat(tables.peers()).isEmpty();
        assertThat(tables.relays()).isEmpty();
        assertThat(tables.faults()).isEmpty();
    }

    @Test
    void aFileIsOneTableAndHasItsName() throws IOException {
        write("peers.d/pi.toml", PEER + "user = \"me\"\n");
        write(
                "relays.d/Remote-Relay.toml",
                "name = \"Remote-Relay\"\nkey = [\"ssh-ed25519 AAAA\", \"ssh-rsa BBBB\"]\n");
        LiveTables tables = read();
        assertThat(tables.faults()).isEmpty();
        assertThat(tables.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.name()).isEqualTo("pi");
            assertThat(((PeerTable.Server) peer.reach()).host()).isEqualTo("192.0.2.7");
            assertThat(((PeerTable.Server) peer.reach()).port()).isEqualTo(2222);
            assertThat(((PeerTable.Server) peer.reach()).user()).isEqualTo("me");
        });
        assertThat(tables.relays()).singleElement().satisfies(relay -> {
            assertThat(relay.name()).isEqualTo(new QubeName("Remote-Relay"));
            assertThat(relay.keys()).containsExactly("ssh-ed25519 AAAA", "ssh-rsa BBBB");
        });
    }

    @Test
    void theMainFileComesFirstAndEachFileStandsAlone() throws IOException {
        write("qair.toml", "[[peer]]\nname = \"pi\"\n" + PEER);
        write("peers.d/pi.toml", PEER);
        write("peers.d/z.toml", PEER);
        write("peers.d/broken.toml", "address = 3\n");
        write("relays.d/good.toml", RELAY);
        write("relays.d/-x.toml", RELAY);
        write("relays.d/open.toml", "key = \"ssh-ed25519 AAAA\n");
        LiveTables tables = read();
        assertThat(tables.peers()).extracting(PeerTable::name).containsExactly("pi", "z");
        assertThat(tables.peers().getFirst().place()).contains("qair.toml:2");
        assertThat(tables.relays())
                .singleElement()
                .satisfies(relay -> assertThat(relay.name()).isEqualTo(new QubeName("good")));
        assertThat(tables.faults())
                .anyMatch(fault -> fault.contains("broken.toml:1: `address` is to be a string"))
                .anyMatch(fault -> fault.contains("pi.toml:1: there is another peer `pi`"))
                .anyMatch(fault -> fault.contains("does not start with a letter"))
                .anyMatch(fault -> fault.contains("open.toml:1"));
    }

    @Test
    void aBrokenMainFileLetsNobodyInAndTakesNobodyElseAway() throws IOException {
        write("qair.toml", "[endpoint]\nlisten = \"h:1\"\nlisen = 1\n[[endpoint.relay]]\nname = \"a\"\n" + RELAY);
        write("relays.d/b.toml", RELAY);
        LiveTables tables = read();
        assertThat(tables.main()).isEmpty();
        assertThat(tables.relays()).extracting(EndpointTable.RelayTable::name).containsExactly(new QubeName("b"));
        assertThat(tables.faults()).anyMatch(fault -> fault.contains("did you mean `listen`"));
    }

    @Test
    void faultsNameFileAndKey() throws IOException {
        write("peers.d/a.toml", "");
        write("peers.d/b.toml", PEER + "hostkey = 1\n");
        write("peers.d/c.toml", PEER + "name = \"other\"\n");
        write("relays.d/d.toml", "# nothing\n");
        assertThat(read().faults())
                .anyMatch(fault -> fault.contains("a.toml:1: `address` is missing"))
                .anyMatch(fault -> fault.contains("b.toml:3: unknown key `hostkey`: did you mean `host-key`"))
                .anyMatch(fault -> fault.contains("c.toml:3: `name` is `other` in a file called `c`"))
                .anyMatch(fault -> fault.contains("d.toml:1: a relay needs the public `key`"));
    }

    @Test
    void otherNamesAreIgnoredAndLongFilesRefused() throws IOException {
        write("peers.d/.pi.toml", PEER);
        write("peers.d/pi.toml~", PEER);
        write("peers.d/.toml", PEER);
        assertThat(read().peers()).isEmpty();
        assertThat(read().faults()).isEmpty();
        write("peers.d/big.toml", "#".repeat(TableDirectory.MAX_FILE + 1));
        assertThat(read().faults())
                .singleElement()
                .asString()
                .contains("big.toml: cannot be read: more than 65536 bytes");
    }

    private static final class Fuzz {
        static final Path DIRECTORY = make();

        static Path make() {
            try {
                Path made = Files.createTempDirectory("live-tables");
                Files.createDirectories(made.resolve("peers.d"));
                return made;
            } catch (IOException impossible) {
                throw new java.io.UncheckedIOException(impossible);
            }
        }
    }

    @Property(tries = 200)
    void anyTextIsReadOrRefusedWithItsPlace(@ForAll String text) throws IOException {
        Path file = Fuzz.DIRECTORY.resolve("peers.d/x.toml");
        Files.writeString(file, text, java.nio.charset.StandardCharsets.UTF_16LE);
        LiveTables tables = read(Fuzz.DIRECTORY);
        assertThat(tables.peers().isEmpty()).isTrue();
        assertThat(tables.faults()).isNotEmpty().allMatch(fault -> fault.startsWith(file.toString()));
    }

    @AfterProperty
    void clean() throws IOException {
        Files.deleteIfExists(Fuzz.DIRECTORY.resolve("peers.d/x.toml"));
    }
}
