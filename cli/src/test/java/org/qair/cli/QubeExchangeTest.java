package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code qair qube export} and {@code import}, and policy against a file of qubes. */
@Timeout(120)
class QubeExchangeTest {
    private static final Path SYSTEM = Path.of("../registry/src/test/resources/qubes.xml");

    @TempDir
    Path directory;

    private Machine machine(String name, boolean running) throws Exception {
        Machine machine = new Machine(directory.resolve(name));
        return running ? machine.start() : machine;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatOneHostExportsAnotherImports(boolean running) throws Exception {
        Path file = directory.resolve("qubes.toml");
        try (Machine one = machine("one", running);
                Machine other = machine("other", running)) {
            one.qair("qube", "create", "relay", "--tag", "t");
            one.qair("qube", "create", "pi", "--relayvm", "relay");
            one.qair("qube", "export", "--output", file.toString());
            assertThat(Files.readString(file)).isEqualTo(one.qair("qube", "export"));
            String preview = other.qair("qube", "import", "--dry-run", file.toString());
            assertThat(preview).contains("+ [qube.pi] relayvm = \"relay\"\n", "+ [qube.relay] tag \"t\"\n");
            assertThat(other.qair("qube", "list")).doesNotContain("pi");
            assertThat(other.qair("qube", "import", file.toString())).isEqualTo(preview);
            assertThat(other.qair("qube", "export")).isEqualTo(one.qair("qube", "export"));
            assertThat(other.qair("qube", "import", file.toString())).isEmpty();
            assertThat(other.qair("qube", "export", "pi")).contains("[qube.pi]").doesNotContain("[qube.relay]");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFaultIsNamedWithItsLineAndNothingIsImported(boolean running) throws Exception {
        Path file = directory.resolve("bad.toml");
        Files.writeString(file, "[qube.ok]\nclass = \"AppVM\"\n[qube.bad]\nclass = \"AppVM\"\nrelayvm = \"ok\"\n");
        try (Machine machine = machine("one", running)) {
            Machine.Finished refused = machine.tryQair("qube", "import", file.toString());
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.stderr()).isEqualTo("""
                            qair: nothing is imported:
                            %s:5: no such property of `bad`, which is of class AppVM: `relayvm`
                            """.formatted(file));
            assertThat(machine.qair("qube", "list")).doesNotContain("ok");
            assertThat(machine.tryQair("qube", "export", "none").stderr()).contains("no such qube: `none`");
            assertThat(machine.tryQair("qube", "import", "/nowhere").exitCode()).isEqualTo(1);
        }
    }

    /** More than the 64 KiB of a request of the field. */
    @Test
    void aLargeFileGoesThroughAHostThatRuns() throws Exception {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 1_500; i++) {
            text.append("[qube.remote-%d]\nclass = \"RemoteVM\"\ntags = [\"created-by-dom0\"]\n".formatted(i));
        }
        Path file = Files.writeString(directory.resolve("large.toml"), text);
        try (Machine machine = machine("one", true)) {
            assertThat(machine.qair("qube", "import", file.toString())).hasLineCount(1_500 * 4);
            assertThat(machine.qair("qube", "list")).contains("remote-1499");
        }
    }

    @Test
    void aSystemOfTheFieldIsImportedWithoutWhatThereIsNoPlaceFor() throws Exception {
        try (Machine machine = machine("one", false)) {
            Machine.Finished imported = machine.tryQair("qube", "import", SYSTEM.toString());
            assertThat(imported.exitCode()).as(imported.stderr()).isZero();
            assertThat(imported.stderr()).contains("qair: left out: property `kernel` of 2 qubes", "2 devices");
            assertThat(machine.qair("qube", "show", "pi")).contains("raspberry");
        }
    }

    @Test
    void policyIsTriedAgainstASystemsFile() throws Exception {
        Path policy = Files.createDirectories(directory.resolve("policy.d"));
        Files.writeString(
                policy.resolve("30.policy"),
                "svc * work @dispvm allow\nsvc * @tag:office pi allow\nsvc * nobody pi deny\n");
        try (Machine machine = machine("one", false)) {
            String explained = machine.qair(
                    "policy",
                    "explain",
                    "--policy",
                    policy.toString(),
                    "--system",
                    SYSTEM.toString(),
                    "work",
                    "pi",
                    "svc");
            assertThat(explained).contains("allow").contains("sys-net");
            Path toml = Files.writeString(directory.resolve("q.toml"), "[qube.nobody]\nclass = \"AppVM\"\n");
            String findings =
                    machine.qair("policy", "lint", "--policy", policy.toString(), "--system", toml.toString());
            assertThat(findings).contains("there is no qube `work`").doesNotContain("no qube `nobody`");
            Path broken = Files.writeString(directory.resolve("b.xml"), "<qubes>\n<domains>");
            assertThat(machine.tryQair("policy", "lint", "--policy", policy.toString(), "--system", broken.toString())
                            .stderr())
                    .contains("b.xml:2: it is no xml");
        }
    }
}
