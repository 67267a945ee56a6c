package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.QubesDbClient;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;

/** QubesDB at the field's paths. */
@Timeout(60)
class QubeDatabasesTest {
    private static final QubeName WORK = new QubeName("work");

    @TempDir
    Path root;

    private static String name(Path socket) throws IOException {
        try (QubesDbClient client = QubesDbClient.connect(socket)) {
            return client.read("/name").orElseThrow();
        }
    }

    @Test
    void aCallerGetsTheDatabaseOfTheQubeThatItsUserIs() throws Exception {
        HostLayout layout = new HostLayout(root);
        try (Host host = Host.start(layout, HostSettings.read(layout.settings()));
                AdminAccess admin = AdminAccess.open(layout)) {
            assertThat(host.readyLine()).contains("ready");
            assertThat(name(layout.qubesDbSocket())).isEqualTo("dom0");
            admin.call("admin.vm.Create.AppVM", "", QubeName.DOM0, "name=work label=red");
            admin.call("admin.vm.property.Set", "unix_user", WORK, QubeDoor.OWN_USER);
            assertThat(name(layout.qubesDbSocket())).isEqualTo("work");
            try (QubesDbClient client = QubesDbClient.connect(layout.qubesDbSocket());
                    QubesDbClient own = QubesDbClient.connect(layout.qubesDbSocket(1))) {
                own.watch("/mine/");
                client.write("/mine/a", "1");
                assertThat(own.nextChange()).isEqualTo("/mine/a");
                client.watch("/qubes-debug-mode");
                admin.call("admin.vm.property.Set", "debug", WORK, "True");
                assertThat(client.nextChange()).isEqualTo("/qubes-debug-mode");
                admin.call("admin.vm.property.Reset", "unix_user", WORK, "");
                assertThatThrownBy(() -> client.read("/name")).isInstanceOf(IOException.class);
            }
            assertThat(name(layout.qubesDbSocket())).isEqualTo("dom0");
        }
        assertThat(layout.qubesDbSocket()).doesNotExist();
    }

    @Test
    void eachDatabaseIsFoundByTheNameOfItsQube() throws Exception {
        HostLayout layout = new HostLayout(root);
        Files.createDirectories(layout.sockets());
        Path left = Files.createSymbolicLink(layout.qubesDbLink(new QubeName("left"), ""), Path.of("nowhere"));
        try (Host host = Host.start(layout, HostSettings.read(layout.settings()));
                AdminAccess admin = AdminAccess.open(layout)) {
            assertThat(host.readyLine()).contains("ready");
            assertThat(Files.exists(left, LinkOption.NOFOLLOW_LINKS)).isFalse();
            admin.call("admin.vm.Create.AppVM", "", QubeName.DOM0, "name=work label=red");
            assertThat(name(layout.qubesDbLink(WORK, ""))).isEqualTo("work");
            assertThat(name(layout.qubesDbLink(WORK, ".ro"))).isEqualTo("work");
            admin.call("admin.vm.property.Set", "name", WORK, "other");
            assertThat(Files.exists(layout.qubesDbLink(WORK, ""), LinkOption.NOFOLLOW_LINKS))
                    .isFalse();
            assertThat(name(layout.qubesDbLink(new QubeName("other"), ""))).isEqualTo("other");
        }
        try (var links = Files.list(layout.sockets())) {
            assertThat(links).noneMatch(path -> path.getFileName().toString().startsWith("qubesdb"));
        }
    }
}
