package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.agent.AgentSettings;
import org.qair.channel.SocketVchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.vsock.Vsock;
import org.qair.exec.ConfigPath;
import org.qair.exec.DefaultUser;
import org.qair.exec.ServicePath;
import org.qair.host.settings.SettingsException;
import picocli.CommandLine;

/** What the agent's options, its environment and its settings come to. */
class AgentOptionsTest {
    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void writeSettings() throws Exception {
        file = Files.writeString(directory.resolve("qair.toml"), """
                [agent]
                domain = 7
                vchan-directory = "/srv/vchan"
                socket = "/srv/agent.sock"
                default-user = "daemon"
                fork-server = "/srv/%s.sock"
                login-sessions = false
                cgroups = false
                """);
    }

    private AgentSettings settings(Map<String, String> environment, String... words) throws Exception {
        AgentOptions options = new AgentOptions();
        CommandLine.populateCommand(options, words);
        return options.settings(environment);
    }

    private AgentSettings ofFile(Map<String, String> environment, String... words) throws Exception {
        String[] all = java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("--settings", file.toString()), java.util.Arrays.stream(words))
                .toArray(String[]::new);
        return settings(environment, all);
    }

    private AgentSettings ofNothing(String... words) throws Exception {
        file = directory.resolve("missing.toml");
        return ofFile(Map.of("VCHAN_DOMAIN", "9"), words);
    }

    @Test
    void hasTheFieldsPlacesWhenNothingIsSaid() throws Exception {
        AgentSettings settings = ofNothing();
        assertThat(settings.domain()).isEqualTo(9);
        assertThat(settings.vchan()).isEqualTo(SocketVchan.in(Path.of("/var/run/vchan")));
        assertThat(settings.triggerSocket()).isEqualTo(Path.of("/var/run/qubes/qrexec-agent"));
        assertThat(settings.forkServer()).contains("/var/run/qubes/qrexec-server.%s.sock");
        assertThat(settings.services().path()).isEqualTo(ServicePath.parse(ServicePath.DEFAULT));
        assertThat(settings.services().config()).isEqualTo(ConfigPath.parse(ConfigPath.DEFAULT));
        assertThat(settings.services().unixUser()).contains(DefaultUser.name());
    }

    @Test
    void takesWhatTheSettingsSay() throws Exception {
        AgentSettings settings = ofFile(Map.of());
        assertThat(settings.domain()).isEqualTo(7);
        assertThat(settings.vchan()).isEqualTo(SocketVchan.in(Path.of("/srv/vchan")));
        assertThat(settings.location()).contains(new VchanLocation(7, Path.of("/srv/vchan")));
        assertThat(settings.triggerSocket()).isEqualTo(Path.of("/srv/agent.sock"));
        assertThat(settings.forkServer()).contains("/srv/%s.sock");
        assertThat(settings.services().unixUser()).contains("daemon");
        assertThat(settings.services().means().sessions()).isFalse();
        assertThat(settings.services().means().scopes()).isFalse();
        Files.writeString(file, "[agent]\ndomain = 7\nlogin-sessions = true\ncgroups = true\n");
        assertThat(ofFile(Map.of()).services().means().sessions()).isTrue();
        assertThat(ofFile(Map.of()).services().means().scopes()).isTrue();
    }

    @Test
    void takesTheEnvironmentBeforeTheSettings() throws Exception {
        AgentSettings settings = ofFile(Map.of(
                "VCHAN_DOMAIN", "8",
                "VCHAN_SOCKET_DIR", "/env/vchan",
                "QREXEC_SERVICE_PATH", "/env/a:/env/b",
                "QUBES_RPC_CONFIG_PATH", "/env/config"));
        assertThat(settings.domain()).isEqualTo(8);
        assertThat(settings.vchan()).isEqualTo(SocketVchan.in(Path.of("/env/vchan")));
        assertThat(settings.services().path().directories()).containsExactly(Path.of("/env/a"), Path.of("/env/b"));
        assertThat(settings.services().config().directories()).containsExactly(Path.of("/env/config"));
    }

    @Test
    void takesOptionsBeforeAll() throws Exception {
        AgentSettings settings = ofFile(
                Map.of("VCHAN_DOMAIN", "8", "VCHAN_SOCKET_DIR", "/env/vchan"),
                "--domain=5",
                "--vchan-dir=/opt/vchan",
                "--agent-socket=/opt/agent.sock",
                "--fork-server-socket=/opt/%s.sock",
                "--default-user=nobody");
        assertThat(settings.domain()).isEqualTo(5);
        assertThat(settings.location()).contains(new VchanLocation(5, Path.of("/opt/vchan")));
        assertThat(settings.triggerSocket()).isEqualTo(Path.of("/opt/agent.sock"));
        assertThat(settings.forkServer()).contains("/opt/%s.sock");
        assertThat(settings.services().unixUser()).contains("nobody");
    }

    @Test
    void meetsItsHostOverVsockWhenToldSo() throws Exception {
        assertThat(ofFile(Map.of()).bridge()).isEmpty();
        AgentSettings told = ofFile(Map.of(), "--vchan=vsock");
        assertThat(told.vchan()).isEqualTo(Vsock.towardsHost(2));
        assertThat(told.bridge()).isPresent();
        assertThat(told.location()).contains(new VchanLocation(7, Path.of("/srv/vchan")));
        Files.writeString(file, "[agent]\ndomain = 7\nvchan = \"vsock\"\nhost-cid = 1\n");
        assertThat(ofFile(Map.of()).vchan()).isEqualTo(Vsock.towardsHost(1));
        assertThat(ofFile(Map.of(), "--vchan=sockets").vchan()).isEqualTo(SocketVchan.in(Path.of("/var/run/vchan")));
        assertThatThrownBy(() -> ofFile(Map.of(), "--vchan=vsok")).hasMessageContainingAll("`vsok`", "`vsock`");
        Files.writeString(file, "[agent]\ndomain = 7\nvchan = \"vsocks\"\n");
        assertThatThrownBy(() -> ofFile(Map.of())).hasMessageContaining("one of `sockets`, `vsock`");
    }

    @Test
    void takesTheFieldsShortOptions() throws Exception {
        assertThat(ofFile(Map.of(), "-a", "/opt/a.sock").triggerSocket()).isEqualTo(Path.of("/opt/a.sock"));
        assertThat(ofFile(Map.of(), "-s", "/opt/%s").forkServer()).contains("/opt/%s");
        assertThat(ofFile(Map.of(), "-S").forkServer()).isEmpty();
        assertThat(ofFile(Map.of(), "--no-fork-server").forkServer()).isEmpty();
        assertThat(ofFile(Map.of(), "-s", "").forkServer()).isEmpty();
    }

    @Test
    void saysWhatIsMissingOrWrong() throws Exception {
        Files.writeString(file, "");
        assertThatThrownBy(() -> ofFile(Map.of()))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContainingAll("--domain N", "VCHAN_DOMAIN", file.toString());
        assertThatThrownBy(() -> ofFile(Map.of("VCHAN_DOMAIN", "seven"))).hasMessageContaining("`seven`");
        Files.writeString(file, "[agent]\ndomian = 7\n");
        assertThatThrownBy(() -> ofFile(Map.of()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContainingAll(file + ":2: ", "`domian`", "did you mean `domain`");
        Files.writeString(file, "[agent]\ndomain = 7\nvchan-directory = \"vchan\"\n");
        assertThatThrownBy(() -> ofFile(Map.of())).hasMessageContaining("absolute path");
    }

    @Test
    void showsAllOptionsInItsHelp() {
        String help = new CommandLine(new AgentCommand()).getUsageMessage();
        assertThat(help).contains("-a, --agent-socket", "-S, --no-fork-server", "-s, --fork-server-socket", "--domain");
    }
}
