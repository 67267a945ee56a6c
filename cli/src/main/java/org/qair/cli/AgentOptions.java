package org.qair.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.qair.agent.AgentSettings;
import org.qair.channel.SocketVchan;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.vsock.CallerBridge;
import org.qair.channel.vsock.Vsock;
import org.qair.exec.ConfigPath;
import org.qair.exec.DefaultUser;
import org.qair.exec.Means;
import org.qair.exec.ServicePath;
import org.qair.exec.ServiceSettings;
import org.qair.host.settings.AgentTable;
import org.qair.host.settings.SettingsException;
import picocli.CommandLine.Option;

/**
 * What an agent is told: by options, those of the field's agent among them, else by the environment as the field's, else by
 * {@code [agent]} in {@code qair.toml}.
 */
final class AgentOptions {
    private static final String DOMAIN = "VCHAN_DOMAIN";
    private static final String DIRECTORY = "VCHAN_SOCKET_DIR";

    /** How an agent meets its host. */
    enum Backend {
        SOCKETS,
        VSOCK
    }

    @Option(
            names = {"-a", "--agent-socket"},
            paramLabel = "PATH",
            description = "Where callers come; else `socket` in qair.toml, else /var/run/qubes/qrexec-agent.")
    Optional<Path> agentSocket = Optional.empty();

    @Option(
            names = {"-s", "--fork-server-socket"},
            paramLabel = "PATH",
            description =
                    "Where a user's session listens for what is to run in it, %%s for the user's name, empty for none; else `fork-server`, else /var/run/qubes/qrexec-server.%%s.sock.")
    Optional<String> forkServer = Optional.empty();

    @Option(
            names = {"-S", "--no-fork-server"},
            description = "Run everything itself, also where a user's session would.")
    boolean noForkServer;

    @Option(
            names = "--domain",
            paramLabel = "N",
            description = "The number of its own vchan domain; else VCHAN_DOMAIN, else `domain`.")
    Optional<Integer> domain = Optional.empty();

    @Option(
            names = "--vchan",
            paramLabel = "BACKEND",
            description =
                    "How it meets its host: `sockets` (in --vchan-dir), or `vsock` in a virtual machine; else `vchan`, else sockets.")
    private Optional<String> backend = Optional.empty();

    @Option(
            names = "--vchan-dir",
            paramLabel = "DIR",
            description =
                    "The directory of the vchans' sockets; else VCHAN_SOCKET_DIR, else `vchan-directory`, else /var/run/vchan.")
    Optional<Path> vchanDirectory = Optional.empty();

    @Option(
            names = "--default-user",
            paramLabel = "USER",
            description =
                    "Who a call runs as that names nobody; else `default-user`, else `user` where there is one, else the agent's own.")
    Optional<String> defaultUser = Optional.empty();

    @Option(
            names = "--settings",
            paramLabel = "FILE",
            defaultValue = "/etc/qair/qair.toml",
            description = "The settings (${DEFAULT-VALUE}); it may be missing.")
    Path file = Path.of("/etc/qair/qair.toml");

    /** What all of them come to. */
    AgentSettings settings(Map<String, String> environment) throws IOException, SettingsException {
        AgentTable table = AgentTable.read(file);
        int number = domain.or(() -> domain(environment))
                .or(table::domain)
                .orElseThrow(() -> new CommandFailure(
                        "the agent has no vchan domain: give --domain N, or %s, or `domain` in [agent] of %s"
                                .formatted(DOMAIN, file)));
        Path directory = vchanDirectory
                .or(() -> Optional.ofNullable(environment.get(DIRECTORY)).map(Path::of))
                .or(table::vchanDirectory)
                .orElse(VchanLocation.DEFAULT_DIRECTORY);
        Vchan sockets = SocketVchan.in(directory);
        Optional<Vchan> vsock = backend(table) == Backend.VSOCK
                ? Optional.of(Vsock.towardsHost(table.hostCid().orElse(Vsock.HOST_CID)))
                : Optional.empty();
        return new AgentSettings(
                number,
                vsock.orElse(sockets),
                vsock.map(host -> new CallerBridge(sockets, host, number)),
                Optional.of(new VchanLocation(number, directory)),
                agentSocket.or(table::socket).orElse(AgentSettings.TRIGGER_SOCKET),
                forkServer(table),
                services(table, environment));
    }

    private Backend backend(AgentTable table) {
        return switch (backend.or(table::vchan).orElse("sockets")) {
            case "sockets" -> Backend.SOCKETS;
            case "vsock" -> Backend.VSOCK;
            case String other ->
                throw new CommandFailure("--vchan is `%s`: give `sockets` or `vsock`".formatted(other));
        };
    }

    private static Optional<Integer> domain(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(DOMAIN)).map(text -> {
            if (!text.matches("[0-9]{1,9}")) {
                throw new CommandFailure("%s is `%s`, which is no vchan domain number".formatted(DOMAIN, text));
            }
            return Integer.valueOf(text);
        });
    }

    Optional<String> forkServer(AgentTable table) {
        String path = forkServer.or(table::forkServer).orElse(AgentSettings.FORK_SERVER);
        return noForkServer || path.isEmpty() ? Optional.empty() : Optional.of(path);
    }

    private ServiceSettings services(AgentTable table, Map<String, String> environment) {
        Means means = new Means(
                table.loginSessions().orElseGet(Means::canOpenSessions),
                table.cgroups().orElseGet(Means::canMakeScopes));
        return ServiceSettings.of(
                        ServicePath.parse(environment.getOrDefault("QREXEC_SERVICE_PATH", ServicePath.DEFAULT)),
                        ConfigPath.parse(environment.getOrDefault("QUBES_RPC_CONFIG_PATH", ConfigPath.DEFAULT)),
                        Optional.of(defaultUser.or(table::defaultUser).orElseGet(DefaultUser::name)),
                        Map.of())
                .with(means);
    }
}
