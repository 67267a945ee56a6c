package org.qair.host.relayqube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.HostLayout;
import org.qair.host.relayqube.InstalledService.Form;

class InstalledServiceTest {
    private static final Path BIN = Path.of("/opt/qair/bin");

    @TempDir
    Path root;

    private HostLayout layout;
    private Path file;
    private InstalledService service;

    @BeforeEach
    void prepare() {
        layout = new HostLayout(root);
        service = new InstalledService(layout, root.resolve("etc/qubes-rpc"));
        file = service.file();
    }

    @Test
    void theExecutableIsAProgramThatNamesTheSocket() throws Exception {
        assertThat(service.install(Form.EXECUTABLE, BIN)).isTrue();
        assertThat(Files.isExecutable(file)).isTrue();
        assertThat(Files.readString(file))
                .startsWith("#!/bin/sh\n")
                .contains("bin='/opt/qair/bin'")
                .contains("set -- '" + layout.relaySocket() + "' \"$@\"");
    }

    @Test
    void theSocketIsALinkToTheRelays() throws Exception {
        assertThat(service.install(Form.SOCKET, BIN)).isTrue();
        assertThat(Files.readSymbolicLink(file)).isEqualTo(layout.relayServiceSocket());
    }

    @Test
    void installingAgainChangesNothing() throws Exception {
        for (Form form : Form.values()) {
            assertThat(service.install(form, BIN)).isTrue();
            assertThat(service.install(form, BIN)).isFalse();
        }
        assertThat(service.install(Form.EXECUTABLE, BIN)).isTrue();
        assertThat(service.install(Form.EXECUTABLE, Path.of("/elsewhere"))).isTrue();
    }

    @Test
    void whatIsSomebodyElsesStays() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\nssh \"$1\"\n");
        assertThatThrownBy(() -> service.install(Form.SOCKET, BIN)).hasMessageContaining("move it away");
        assertThatThrownBy(service::uninstall).hasMessageContaining("was not written by");
        assertThat(Files.readString(file)).contains("ssh");
    }

    @Test
    void uninstallingLeavesNothing() throws Exception {
        for (Form form : Form.values()) {
            service.install(form, BIN);
            assertThat(service.uninstall()).isTrue();
            assertThat(service.uninstall()).isFalse();
        }
        assertThat(root.resolve("etc/qubes-rpc")).isEmptyDirectory();
    }

    @Test
    void aSocketThatWouldNotBeToldWhoCallsIsNotInstalled() throws Exception {
        Path config = root.resolve("etc/qubes/rpc-config/qubesair.SSHProxy");
        Files.createDirectories(config.getParent());
        Files.writeString(config, "force-user=\nskip-service-descriptor=true\n");
        assertThatThrownBy(() -> service.install(Form.SOCKET, BIN)).hasMessageContaining("skip-service-descriptor");
        assertThat(service.install(Form.EXECUTABLE, BIN)).isTrue();
    }

    @Test
    void aPathThatAShellWouldReadIsRefused() {
        assertThatThrownBy(() -> service.install(Form.EXECUTABLE, Path.of("/it's")))
                .hasMessageContaining("cannot be written into a script");
    }
}
