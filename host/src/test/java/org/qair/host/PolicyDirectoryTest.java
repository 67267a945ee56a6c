package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;

class PolicyDirectoryTest {
    @TempDir
    private Path root;

    private PolicyDirectory policy = new PolicyDirectory(Path.of("/"), Path.of("/"), Optional.empty());

    @BeforeEach
    void directories() {
        policy = new PolicyDirectory(
                root, root.resolve("etc/qubes/policy.d"), Optional.of(root.resolve("run/qubes/policy.d")));
    }

    private Path write(String path, String... lines) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("\n", lines));
    }

    private String rule(String source) throws PolicySyntaxException {
        SystemInfo system = new SystemInfo(List.of(qube("work"), qube("vault"), qube("third")));
        return Policy.parse(policy)
                .evaluate(
                        system,
                        new Request(
                                new QubeName(source),
                                Optional.empty(),
                                RequestedTarget.parse("vault"),
                                ServiceName.parse("svc")))
                .rule()
                .map(place -> root.relativize(Path.of(place.file())) + ":" + place.line())
                .orElse("none");
    }

    private static Qube qube(String name) {
        return new Qube(
                new QubeName(name),
                QubeType.AppVM,
                UUID.randomUUID(),
                Set.of(),
                Optional.empty(),
                false,
                false,
                "Running",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void missingDirectoriesHaveNoFiles() throws Exception {
        assertThat(policy.rootFiles()).isEmpty();
        assertThat(policy.directory("include")).isEmpty();
        assertThat(policy.file("include/x")).isEmpty();
        assertThat(rule("work")).isEqualTo("none");
    }

    @Test
    void runShadowsEtcAndIncludesAreRelativeToTheOneThatLedThere() throws Exception {
        write("etc/qubes/policy.d/50.policy", "!include include/x");
        write("etc/qubes/policy.d/60.policy", "!include include/x");
        write("etc/qubes/policy.d/include/x", "svc * work vault allow");
        write("run/qubes/policy.d/50.policy", "!include-dir more", "!include include/x");
        write("run/qubes/policy.d/include/x", "svc * third vault allow");
        write("run/qubes/policy.d/more/a.policy", "svc * vault vault deny");
        assertThat(rule("work")).isEqualTo("etc/qubes/policy.d/include/x:1");
        assertThat(rule("third")).isEqualTo("run/qubes/policy.d/include/x:1");
        assertThat(rule("vault")).isEqualTo("run/qubes/policy.d/more/a.policy:1");
    }

    @Test
    void absolutePathsAreUnderTheRoot() throws Exception {
        write("etc/qubes/policy.d/50.policy", "!include /srv/x", "!compat-4.0");
        write("srv/x", "svc * work vault allow");
        write("etc/qubes-rpc/policy/svc", "third vault allow");
        assertThat(rule("work")).isEqualTo("srv/x:1");
        assertThat(rule("third")).isEqualTo("etc/qubes-rpc/policy/svc:1");
    }

    @Test
    void symbolicLinksAreFollowed() throws Exception {
        Path elsewhere = write("srv/real", "svc * work vault allow");
        Files.createDirectories(root.resolve("etc/qubes/policy.d"));
        Files.createSymbolicLink(root.resolve("etc/qubes/policy.d/10.policy"), elsewhere);
        assertThat(rule("work")).isEqualTo("etc/qubes/policy.d/10.policy:1");
        Files.createSymbolicLink(root.resolve("etc/qubes/policy.d/20.policy"), root.resolve("nowhere"));
        assertThat(policy.rootFiles()).extracting(PolicyFile::name).containsExactly("10.policy");
    }

    @Test
    void linksThatLeadInACircleAreAnError() throws Exception {
        write("etc/qubes/policy.d/10.policy", "!include a/x");
        write("etc/qubes/policy.d/a/x", "!include a/link/x");
        Files.createSymbolicLink(root.resolve("etc/qubes/policy.d/a/link"), root.resolve("etc/qubes/policy.d/a"));
        assertThatThrownBy(() -> Policy.parse(policy)).isInstanceOf(PolicySyntaxException.class);
    }

    @Test
    void whatIsNoPolicyFileIsNotRead() throws Exception {
        write("etc/qubes/policy.d/50.policy", "svc * work vault allow");
        Path huge = write("etc/qubes/policy.d/huge.bak", "");
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(PolicyDirectory.MAX_FILE + 1L);
        }
        Files.createDirectories(root.resolve("etc/qubes/policy.d/directory.policy"));
        assertThat(policy.rootFiles()).extracting(PolicyFile::name).containsExactly("50.policy");
    }

    @Test
    void aFileThatIsTooLargeIsASyntaxErrorWithoutBeingReadWhole() throws Exception {
        Path huge = write("etc/qubes/policy.d/huge.policy", "");
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(PolicyDirectory.MAX_FILE + 1L);
        }
        assertThatThrownBy(policy::rootFiles).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Policy.parse(policy))
                .isInstanceOf(PolicySyntaxException.class)
                .hasMessageContaining("cannot be read: more than 8388608 bytes in ");
    }
}
