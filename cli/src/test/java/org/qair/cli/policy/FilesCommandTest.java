package org.qair.cli.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.cli.InProcess;
import org.qair.cli.Machine.Finished;
import org.qair.host.HostLayout;
import picocli.CommandLine;

/** {@code qair policy list|get|set|remove|edit} of a host that does not run, with real editors: small scripts. */
class FilesCommandTest {
    private static final String RULE = "test.Read * work vault allow\n";

    @TempDir
    private Path root;

    private final List<String> questions = new ArrayList<>();
    private Path policy = Path.of("/");
    private CommandLine command = new CommandLine(new PolicyCommand());
    private String out = "";
    private String err = "";

    @BeforeEach
    void make() throws IOException {
        policy = Files.createDirectories(root.resolve("etc/qubes/policy.d"));
        Files.createDirectories(policy.resolve("include"));
        Files.writeString(policy.resolve("30-user.policy"), RULE);
        Files.writeString(policy.resolve("include/gpg"), "work vault allow\n");
        command = new CommandLine(new PolicyCommand(() -> new HostPolicySource(new HostLayout(root))));
    }

    private int run(String... arguments) {
        Finished finished = InProcess.runAlone(command, arguments);
        out = finished.stdout();
        err = finished.stderr();
        return finished.exitCode();
    }

    private CommandLine subcommand(String name) {
        return Optional.ofNullable(command.getSubcommands().get(name)).orElseThrow();
    }

    private int set(String content, String... arguments) {
        SetCommand set = subcommand("set").getCommand();
        set.readFrom(new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
        List<String> all = new ArrayList<>(List.of("set"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    /** An editor that runs these lines of shell on the file {@code $1}, once; then it leaves it alone. */
    private String editor(String... lines) throws IOException {
        Path script = root.resolve("editor");
        Files.writeString(
                script,
                "#!/bin/sh\nn=$(cat %s/count 2>/dev/null || echo 0)\necho $((n + 1)) > %s/count\n%s\n"
                        .formatted(root, root, String.join("\n", lines)));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
        return script.toString();
    }

    private int edit(boolean again, String editor, String... file) {
        EditCommand edit = subcommand("edit").getCommand();
        edit.askBy(question -> {
            questions.add(question);
            return again;
        });
        List<String> all = new ArrayList<>(List.of("edit", "--editor", editor));
        all.addAll(List.of(file));
        return run(all.toArray(String[]::new));
    }

    private String file(String name) throws IOException {
        return Files.readString(policy.resolve(name));
    }

    @Test
    void filesAreListedAndPrinted() {
        assertThat(run("list")).isZero();
        assertThat(out).isEqualTo("30-user\ninclude/gpg\n");
        assertThat(run("get", "30-user")).isZero();
        assertThat(out).isEqualTo(RULE);
        assertThat(run("get", "30-user.policy", "--with-token")).isZero();
        assertThat(out).matches("sha256:[0-9a-f]{64}\n" + RULE.replace("*", "\\*"));
        assertThat(run("get", "include/gpg")).isZero();
        assertThat(out).isEqualTo("work vault allow\n");
        assertThat(run("get", "40-none")).isEqualTo(1);
        assertThat(err).contains("Not found: ", "40-none.policy", "`qair policy list`");
        assertThat(run("get", "../../passwd")).isEqualTo(1);
        assertThat(err).contains("Invalid policy file name");
    }

    @Test
    void aFileIsReplacedOnlyWhenItIsAsItWasRead() throws Exception {
        run("get", "30-user", "--with-token");
        String read = out;
        assertThat(set(read + "# more\n", "30-user", "--with-token")).isZero();
        assertThat(file("30-user.policy")).isEqualTo(RULE + "# more\n");
        assertThat(set(read + "# less\n", "30-user", "--with-token")).isEqualTo(1);
        assertThat(err).contains("Token mismatch", "read it again");
        assertThat(set("# new\n", "30-user", "--token", "new")).isEqualTo(1);
        assertThat(set("# any\n", "30-user")).isZero();
        assertThat(file("30-user.policy")).isEqualTo("# any\n");
        assertThat(set("no newline", "30-user", "--with-token")).isEqualTo(1);
        assertThat(err).contains("no line with a token");
        assertThat(set("work vault ask\n", "include/gpg")).isZero();
        assertThat(file("include/gpg")).isEqualTo("work vault ask\n");
    }

    @Test
    void whatIsNotGoodIsRefusedWithItsPlace() throws Exception {
        assertThat(set("# fine\nnonsense\n", "40-new", "--token", "new")).isEqualTo(1);
        assertThat(err).contains("40-new.policy:2: ");
        assertThat(policy.resolve("40-new.policy")).doesNotExist();
        Files.writeString(policy.resolve("own.tests"), "dom0 @adminvm svc ask\n");
        assertThat(set("# nothing that asks\n", "40-new")).isEqualTo(1);
        assertThat(err).contains("own.tests:1: expected ask");
    }

    @Test
    void aFileIsRemovedUnlessItIsNeeded() throws Exception {
        Files.writeString(policy.resolve("50-gpg.policy"), "!include-service qubes.Gpg * include/gpg\n");
        assertThat(run("remove", "include/gpg")).isEqualTo(1);
        assertThat(err).contains("50-gpg.policy:1");
        assertThat(run("remove", "50-gpg", "--token", "sha256:00")).isEqualTo(1);
        assertThat(run("remove", "50-gpg")).isZero();
        assertThat(run("remove", "include/gpg")).isZero();
        assertThat(run("list")).isZero();
        assertThat(out).isEqualTo("30-user\n");
    }

    @Test
    void anEditedFileIsPutInItsPlace() throws Exception {
        assertThat(edit(false, editor("echo '# edited' >> \"$1\""))).as(err).isZero();
        assertThat(file("30-user.policy")).isEqualTo(RULE + "# edited\n");
        assertThat(edit(false, editor("echo 'svc * work vault deny' > \"$1\""), "40-new"))
                .isZero();
        assertThat(file("40-new.policy")).isEqualTo("svc * work vault deny\n");
        assertThat(edit(false, editor("true"), "40-new")).isZero();
        assertThat(err).contains("40-new is as it was");
        assertThat(questions).isEmpty();
    }

    @Test
    void aMistakeMayBeMended() throws Exception {
        String mending = editor("if [ $n = 0 ]; then echo nonsense >> \"$1\"; else echo '# fine' > \"$1\"; fi");
        assertThat(edit(true, mending)).as(err).isZero();
        assertThat(file("30-user.policy")).isEqualTo("# fine\n");
        assertThat(err).contains("30-user.policy:2");
        assertThat(questions).containsExactly("Edit it again?");
    }

    @Test
    void aMistakeThatIsLeftChangesNothingAndLosesNothing() throws Exception {
        assertThat(edit(false, editor("echo nonsense >> \"$1\""))).isEqualTo(1);
        assertThat(file("30-user.policy")).isEqualTo(RULE);
        assertThat(kept()).hasContent(RULE + "nonsense\n");
    }

    @Test
    void whatAnotherChangedMeanwhileIsNotOverwritten() throws Exception {
        String slow = editor("echo '# mine' >> \"$1\"", "echo '# theirs' > " + policy.resolve("30-user.policy"));
        assertThat(edit(true, slow)).isEqualTo(1);
        assertThat(file("30-user.policy")).isEqualTo("# theirs\n");
        assertThat(err).contains("Token mismatch");
        assertThat(kept()).hasContent(RULE + "# mine\n");
        assertThat(questions).isEmpty();
    }

    @Test
    void anEditorThatFailsChangesNothing() throws Exception {
        assertThat(edit(true, editor("echo '# mine' >> \"$1\"; exit 3"))).isEqualTo(1);
        assertThat(err).contains("ended with 3");
        assertThat(file("30-user.policy")).isEqualTo(RULE);
        Files.delete(kept());
        assertThat(edit(true, root.resolve("no-editor").toString())).isEqualTo(1);
    }

    /** The file that the last error names. */
    private Path kept() {
        return Path.of(err.strip().substring(err.strip().lastIndexOf(' ') + 1));
    }

    @Test
    void withoutAHostThereIsNothingToRead() {
        command = new CommandLine(new PolicyCommand());
        assertThat(run("list")).isEqualTo(2);
        assertThat(err).contains("--root DIR");
    }
}
