package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Enrolment as two people do it, each at a terminal: the QR code, the line, the questions. */
@Timeout(300)
class EnrolmentOnTerminalTest {
    @TempDir
    Path directory;

    private TestHost local;
    private TestHost remote;

    @BeforeEach
    void start() throws Exception {
        remote = new TestHost(directory.resolve("r"));
        remote.settings("[endpoint]", "listen = \"127.0.0.1:0\"");
        Qubes.make(remote.layout, qubes -> qubes.local("work"));
        remote.start();
        local = new TestHost(directory.resolve("l"));
        Qubes.make(local.layout, qubes -> qubes.local("Local-Qube"));
        local.start();
    }

    @AfterEach
    void stop() {
        local.close();
        remote.close();
    }

    private static String line(TestHost host, String words) {
        return "%s %s --root %s; echo ended $?".formatted(Programs.qair(), words, host.layout.root());
    }

    @Test
    void eachIsAskedForItsOwnRules() throws Exception {
        String invitation;
        try (Tmux inviting = new Tmux(
                directory.resolve("t1"),
                line(remote, "invite --relay far --target work --source Local-Qube --service test.Hello"))) {
            assertThat(inviting.await("add them? [y/N]")).contains("  test.Hello * Local-Qube work allow");
            inviting.type("y");
            String shown = inviting.await("ended 0");
            assertThat(shown).contains("▀", "▄", "█", "on the other machine: qair join -");
            Matcher found = Pattern.compile("qair-1/\\S+").matcher(shown);
            assertThat(found.find()).as(shown).isTrue();
            invitation = found.group();
        }
        try (Tmux joining = new Tmux(directory.resolve("t2"), line(local, "join --name Remote-Qube"))) {
            assertThat(joining.await("invitation:")).doesNotContain("test.Hello");
            joining.type(invitation);
            assertThat(joining.await("add them? [y/N]")).contains("  test.Hello * Local-Qube Remote-Qube allow");
            joining.type("n");
            assertThat(joining.await("ended 0"))
                    .contains("no test call: rules are missing here; then `qair doctor Remote-Qube`");
        }
        assertThat(remote.layout.policy().resolve("30-qair-far.policy")).exists();
        assertThat(local.layout.policy().resolve("30-qair-remote-qube.policy")).doesNotExist();
        assertThat(local.qair("qube", "list")).contains("Remote-Qube");
    }
}
