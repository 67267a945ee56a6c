package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PasswdTest {
    @Test
    void knowsEveryAccountOfTheFile() throws Exception {
        List<String[]> accounts = Files.readAllLines(Path.of("/etc/passwd")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == 7)
                .toList();
        assertThat(accounts).isNotEmpty();
        for (String[] fields : accounts) {
            UnixUser expected = new UnixUser(
                    fields[0],
                    Integer.parseUnsignedInt(fields[2]),
                    Integer.parseUnsignedInt(fields[3]),
                    Path.of(fields[5]),
                    fields[6].isEmpty() ? "/bin/sh" : fields[6]);
            assertThat(Passwd.byName(fields[0])).contains(expected);
        }
    }

    @Test
    void knowsThisProcessesUser() throws Exception {
        int uid = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        assertThat(Passwd.ownUid()).isEqualTo(uid);
        assertThat(UnixUser.own().uid()).isEqualTo(uid);
        assertThat(UnixUser.own().isOwn()).isTrue();
        assertThat(DefaultUser.name()).isIn("user", UnixUser.own().name());
    }

    @Test
    void hasNoAccountForNamesThatAreNone() {
        assertThat(Passwd.byName("no-such-user")).isEmpty();
        assertThat(Passwd.byName("")).isEmpty();
        assertThat(Passwd.byUid(0x7ffffff0)).isEmpty();
    }
}
