package org.qair.relay.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.Base64;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.relay.Tools;

class SshKeysTest {
    @TempDir
    Path directory;

    @Test
    void aKeyFileIsForItsOwnerAloneAndReadsBack() throws IOException {
        Path file = directory.resolve("key");
        KeyPair made = SshKeys.create(file, "relay");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        KeyPair read = SshKeys.load(file);
        assertThat(read.getPublic()).isEqualTo(made.getPublic());
        assertThat(read.getPrivate()).isEqualTo(made.getPrivate());
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactlyInAnyOrder(file, directory.resolve("key.pub"));
        }
    }

    @Test
    void neverTakesThePlaceOfAKey() throws IOException {
        Path file = directory.resolve("key");
        KeyPair first = SshKeys.create(file, "");
        assertThatThrownBy(() -> SshKeys.create(file, "")).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(SshKeys.loadOrCreate(file, "").getPublic()).isEqualTo(first.getPublic());
    }

    @Test
    void refusesAKeyThatOthersCanReadAndNamesTheChmod() throws IOException {
        Path file = directory.resolve("key");
        SshKeys.create(file, "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> SshKeys.load(file))
                .hasMessageContaining("open to others (rw-r-----)")
                .hasMessageContaining("chmod 600 -- " + file);
    }

    @Test
    void opensshReadsOurKeysAndGivesThemTheSameFingerprint() throws Exception {
        Path file = directory.resolve("key");
        KeyPair pair = SshKeys.create(file, "local-relay");
        assertThat(Tools.run("ssh-keygen", "-y", "-f", file.toString()))
                .isEqualTo(SshKeys.publicLine(pair.getPublic(), "local-relay"));
        assertThat(Tools.run("ssh-keygen", "-l", "-f", file + ".pub"))
                .isEqualTo("256 " + SshKeys.fingerprint(pair.getPublic()) + " local-relay (ED25519)");
    }

    @ParameterizedTest
    @CsvSource({"ed25519,256", "ecdsa,256", "ecdsa,521", "rsa,3072"})
    void readsTheKeysOfOpenssh(String type, String bits) throws Exception {
        Path file = directory.resolve("key");
        Tools.run("ssh-keygen", "-q", "-t", type, "-b", bits, "-N", "", "-C", "c", "-f", file.toString());
        PublicKey fromLine = SshKeys.parsePublicLine(Files.readString(directory.resolve("key.pub")));
        assertThat(SshKeys.load(file).getPublic()).isEqualTo(fromLine);
        assertThat(SshKeys.publicLine(fromLine, "c"))
                .isEqualTo(Files.readString(directory.resolve("key.pub")).strip());
    }

    @Test
    void refusesAnRsaKeyOfTooFewBits() throws Exception {
        Path file = directory.resolve("key");
        Tools.run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", file.toString());
        String line = Files.readString(directory.resolve("key.pub"));
        assertThatThrownBy(() -> SshKeys.parsePublicLine(line)).hasMessageContaining("2048 bits is too weak, 3072");
        assertThatThrownBy(() -> SshKeys.load(file)).hasMessageContaining("fewer than 3072 bits");
    }

    @Test
    void saysThatAKeyWithAPassphraseNeedsAnAgent() throws Exception {
        Path file = directory.resolve("key");
        Tools.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", file.toString());
        assertThatThrownBy(() -> SshKeys.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("passphrase");
    }

    @Test
    void refusesAPrivateKeyWithAnothersPublicKey() throws IOException {
        Path file = directory.resolve("key");
        PrivateKeyFile.write(
                file,
                new KeyPair(SshKeys.generate().getPublic(), SshKeys.generate().getPrivate()),
                "");
        assertThatThrownBy(() -> SshKeys.load(file)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatIsNoKeyFile() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "hello");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThatThrownBy(() -> SshKeys.load(file)).hasMessageContaining("no private key");
        assertThatThrownBy(() -> SshKeys.load(directory.resolve("none"))).hasMessageContaining("none");
        assertThatThrownBy(() -> SshKeys.load(directory)).isInstanceOf(IOException.class);
    }

    @Test
    void aPublicLineIsReadStrictly() {
        String line = SshKeys.publicLine(SshKeys.generate().getPublic(), "a comment");
        String[] words = line.split(" ", 3);
        byte[] blob = Base64.getDecoder().decode(words[1]);
        String longer = Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(blob, blob.length + 1));
        String shorter = Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(blob, blob.length - 1));
        assertThat(SshKeys.publicLine(SshKeys.parsePublicLine(line), "a comment"))
                .isEqualTo(line);
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-ed25519")).hasMessageContaining("needs a type");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-dss " + words[1])).hasMessageContaining("`ssh-dss`");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-rsa " + words[1])).hasMessageContaining("no ssh-rsa key");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-ed25519 !" + words[1]))
                .hasMessageContaining("Base64");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-ed25519 " + longer))
                .hasMessageContaining("proper form");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-ed25519 " + shorter))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SshKeys.parsePublicLine("no-pty " + line)).hasMessageContaining("`no-pty`");
        assertThatThrownBy(() -> SshKeys.parsePublicLine("ssh-ed25519 " + "A".repeat(SshKeys.MAX_LINE)))
                .hasMessageContaining("the limit is");
    }

    @Test
    void aCommentCannotAddALine() {
        PublicKey key = SshKeys.generate().getPublic();
        assertThat(SshKeys.publicLine(key, "a\nssh-ed25519 AAAA")).doesNotContain("\n");
    }

    @Property(tries = 500)
    void anyLineIsAKeyOrIsRefused(@ForAll String text, @ForAll byte[] blob) {
        for (String type : new String[] {"", "ssh-ed25519 ", "ecdsa-sha2-nistp256 ", "ssh-rsa "}) {
            for (String rest : new String[] {text, Base64.getEncoder().encodeToString(blob), wrapped(type, blob)}) {
                try {
                    PublicKey key = SshKeys.parsePublicLine(type + rest);
                    assertThat(SshKeys.parsePublicLine(SshKeys.publicLine(key, "")))
                            .isEqualTo(key);
                } catch (IllegalArgumentException refused) {
                    assertThat(refused.getMessage()).isNotBlank();
                }
            }
        }
    }

    private static String wrapped(String type, byte[] rest) {
        var buffer = new org.apache.sshd.common.util.buffer.ByteArrayBuffer();
        buffer.putString(type.strip());
        buffer.putBytes(rest);
        return Base64.getEncoder().encodeToString(buffer.getCompactData());
    }
}
