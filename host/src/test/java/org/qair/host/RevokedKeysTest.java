package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.files.WholeFile;
import org.qair.policy.QubeName;
import org.qair.relay.keys.SshKeys;

class RevokedKeysTest {
    @TempDir
    Path directory;

    private final PublicKey key = SshKeys.generate().getPublic();
    private final PublicKey other = SshKeys.generate().getPublic();
    private final List<String> faults = new ArrayList<>();

    @Test
    void keysAreAddedToThoseThatAreThere() throws Exception {
        Path file = directory.resolve("revoked-keys");
        RevokedKeys revoked = new RevokedKeys(file);
        assertThat(revoked.read(faults)).hasValue(Set.of());
        Files.writeString(file, "# lost laptop\n\n" + SshKeys.publicLine(key, "") + "\n");
        revoked.add(Set.of(other), "relay");
        assertThat(revoked.read(faults)).hasValue(Set.of(key, other));
        assertThat(Files.readString(file)).startsWith("# lost laptop");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(faults).isEmpty();
    }

    @Test
    void aLineThatIsNoKeyTrustsNoKey() throws Exception {
        Path file = Files.writeString(directory.resolve("revoked-keys"), "# x\nSHA256:abc\n");
        assertThat(new RevokedKeys(file).read(faults)).isEmpty();
        assertThat(faults).singleElement().asString().startsWith(file + ":2: so no relay may come in: ");
    }

    @Test
    void revokingTakesEveryKeyOfARelayAndItsFile() throws Exception {
        HostLayout layout = new HostLayout(directory);
        Files.createDirectories(layout.relays());
        Path own = layout.relays().resolve("a.toml");
        Files.writeString(own, "key = \"%s\"\n".formatted(SshKeys.publicLine(key, "")));
        Files.writeString(
                layout.settings(),
                "[endpoint]\nlisten = \"h:1\"\n[[endpoint.relay]]\nname = \"a\"\nkey = \"%s\"\n"
                        .formatted(SshKeys.publicLine(other, "")));
        RelayKeyRing.Revoked revoked = new RelayKeyRing(layout).revoke(new QubeName("a"));
        assertThat(revoked.keys()).containsExactlyInAnyOrder(key, other);
        assertThat(revoked.places()).containsExactly(layout.settings() + ":5");
        assertThat(own).doesNotExist();
        assertThat(new RevokedKeys(layout.revokedKeys()).read(faults)).hasValue(Set.of(key, other));
        assertThatThrownBy(() -> new RelayKeyRing(layout).revoke(new QubeName("b")))
                .hasMessageContaining("relay `b` has no key here");
    }

    @Test
    void newFilesAreWholeAndTakeNobodysPlace() throws Exception {
        Path file = directory.resolve("a.toml");
        WholeFile.create(file, "one");
        assertThatThrownBy(() -> WholeFile.create(file, "two"))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThatThrownBy(() -> WholeFile.createReadable(file, "three"))
                .isInstanceOf(java.nio.file.FileAlreadyExistsException.class);
        assertThat(file).hasContent("one");
        WholeFile.replace(file, "four");
        assertThat(file).hasContent("four");
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }
}
