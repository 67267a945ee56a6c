package org.qair.relay.openssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KnownHostsTest {
    @TempDir
    Path directory;

    private KnownHosts find(String host, int port, String... lines) throws Exception {
        Path file = Files.write(directory.resolve("known_hosts"), List.of(lines));
        return KnownHosts.find(List.of(directory.resolve("none"), file), host, port);
    }

    @Test
    void findsKeysByNamePortAndMarker() throws Exception {
        String[] lines = {
            "# a comment",
            "",
            "far.example,192.0.2.1 ssh-ed25519 A comment",
            "[far.example]:2222 ssh-ed25519 B",
            "@cert-authority *.example,!bad.example ssh-ed25519 CA",
            "@revoked * ssh-ed25519 R",
            "@other far.example ssh-ed25519 X",
            "far.example ssh-ed25519"
        };
        assertThat(find("Far.Example", 22, lines))
                .isEqualTo(
                        new KnownHosts(List.of("ssh-ed25519 A"), List.of("ssh-ed25519 CA"), List.of("ssh-ed25519 R")));
        assertThat(find("192.0.2.1", 22, lines).keys()).containsExactly("ssh-ed25519 A");
        assertThat(find("far.example", 2222, lines).keys()).containsExactly("ssh-ed25519 B");
        assertThat(find("bad.example", 22, lines).authorities()).isEmpty();
        assertThat(find("elsewhere", 22, lines).keys()).isEmpty();
    }

    @Test
    void anotherPortFallsBackToTheNameAlone() throws Exception {
        String[] lines = {"far ssh-ed25519 A", "@revoked [far]:2222 ssh-ed25519 R", "@revoked far ssh-ed25519 S"};
        KnownHosts found = find("far", 2222, lines);
        assertThat(found.keys()).containsExactly("ssh-ed25519 A");
        assertThat(found.revoked()).containsExactlyInAnyOrder("ssh-ed25519 R", "ssh-ed25519 S");
    }

    @Test
    void anAliasHasNoPort() throws Exception {
        assertThat(find("alias", 0, "alias ssh-ed25519 A").keys()).containsExactly("ssh-ed25519 A");
    }

    /** ssh-keygen made these for {@code far.example} and {@code [far.example]:2222}. */
    @Test
    void findsHashedNames() throws Exception {
        Path file = Files.write(
                directory.resolve("hashed"),
                List.of(
                        "far.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC9GS2jMa5bL0QFYLLKAwnVcFsIPTQzEj3b1pJ1h9OlR",
                        "[far.example]:2222 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC9GS2jMa5bL0QFYLLKAwnVcFsIPTQzEj3b1pJ1h9OlS"));
        Process hashing = new ProcessBuilder("ssh-keygen", "-q", "-H", "-f", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(hashing.waitFor()).isZero();
        assertThat(Files.readString(file)).doesNotContain("far.example");
        assertThat(KnownHosts.find(List.of(file), "far.example", 22).keys())
                .singleElement()
                .asString()
                .endsWith("OlR");
        assertThat(KnownHosts.find(List.of(file), "FAR.example", 2222).keys())
                .singleElement()
                .asString()
                .endsWith("OlS");
        assertThat(KnownHosts.find(List.of(file), "other.example", 22).keys()).isEmpty();
    }

    @Test
    void aFileThatCannotBeReadIsAnError() throws Exception {
        Path loop = Files.createSymbolicLink(directory.resolve("a"), directory.resolve("a"));
        assertThat(KnownHosts.find(List.of(loop), "far", 22).keys()).isEmpty();
        Path huge = directory.resolve("huge");
        try (var file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(33L << 20);
        }
        assertThatThrownBy(() -> KnownHosts.find(List.of(huge), "far", 22))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(huge.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "far,far,true",
        "f*r,far,true",
        "f*r,fr,true",
        "f?r,far,true",
        "f?r,fr,false",
        "*,anything,true",
        "a*b*c,aXbYbZc,true",
        "a*b*c,aXbYbZ,false",
        "'far,!far',far,false",
        "'!far',near,false",
        "'*.example,!bad.*',bad.example,false",
        "'*.example,!bad.*',good.example,true",
    })
    void patternsMatchAsInOpenssh(String patterns, String name, boolean matches) {
        assertThat(HostPatterns.match(patterns, name)).isEqualTo(matches);
    }

    @Property(tries = 500)
    void anyLineIsReadOrLeftOut(@ForAll String line, @ForAll String name) {
        KnownHostsLine.parse(line).ifPresent(known -> known.isFor(name));
        KnownHostsLine.parse("|1|" + line + "|" + name + " ssh-ed25519 A").ifPresent(known -> known.isFor(name));
    }
}
