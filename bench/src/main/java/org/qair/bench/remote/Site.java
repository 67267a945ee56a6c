package org.qair.bench.remote;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.qair.bench.SocketService;
import org.qair.client.QrexecClient;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.registry.RegistryException;

/**
 * A local host and a far one with {@code sshd} beside it. Local-Qube calls {@code work} there as one of several RemoteVMs, which differ in
 * their transport: the built-in one, and the design's script with {@code ssh} as it comes and with a master connection, to the far
 * host's endpoint and to {@code sshd}, where {@code qrexec-client-vm} is a program.
 */
final class Site implements AutoCloseable {
    static final String SOCKET = "bench.Socket";
    static final String PROGRAM = "bench.Program";
    static final String SINK = "bench.Sink";
    static final String SOURCE = "bench.Source";
    private static final Path CLIENT = Path.of("bin/qrexec-client-vm").toAbsolutePath();

    private final Path directory = Files.createTempDirectory("qair-remote-");
    private final String address;
    private final List<String> prefix;
    private final QairHost far;
    private final OpenSsh openSsh;
    private final SocketService socket;
    private final QairHost local;
    private final Path config;
    private final Path masterConfig;

    /**
     * Starts all of it.
     *
     * @param prefix words before the commands of the far end, for a network namespace
     */
    Site(String address, List<String> prefix) throws IOException, InterruptedException, RegistryException {
        this.address = address;
        this.prefix = prefix;
        Path localRoot = directory.resolve("l");
        String key = QairHost.qair(localRoot, "key", "show", "Local-Relay");
        far = startFar(directory.resolve("r"), key);
        socket = new SocketService(far.services().resolve(SOCKET));
        openSsh =
                new OpenSsh(directory.resolve("ssh"), new HostLayout(localRoot).relayKey(new QubeName("Local-Relay")));
        Path bin = directory.resolve("bin");
        Programs.script(
                bin.resolve("qrexec-client-vm"),
                "#!/bin/sh\nexec %s --agent-socket=%s \"$@\"\n".formatted(CLIENT, far.socket("Remote-Relay")));
        Programs.script(bin.resolve("qubesdb-read"), "#!/bin/sh\necho work\n");
        int port = openSsh.startServer(address, prefix, bin);
        String endpointKey = QairHost.qair(directory.resolve("r"), "key", "show", "--endpoint");
        local = startLocal(localRoot, endpointKey);
        int endpoint = Integer.parseInt(far.endpoint().substring(far.endpoint().lastIndexOf(':') + 1));
        config = openSsh.configure("sshd", address, port, openSsh.hostKey());
        masterConfig = openSsh.configureMaster("sshd-master", address, port, openSsh.hostKey());
        transport("Cold", bin, openSsh.configure("endpoint", address, endpoint, endpointKey));
        transport("Master", bin, openSsh.configureMaster("endpoint-master", address, endpoint, endpointKey));
        transport("ColdSshd", bin, config);
        transport("MasterSshd", bin, masterConfig);
    }

    private QairHost startFar(Path root, String key) throws IOException, InterruptedException, RegistryException {
        QairHost host = new QairHost(
                root,
                prefix,
                qubes -> {
                    QairHost.local(qubes, "Remote-Relay", "work");
                    QairHost.remote(qubes, "Local-Qube", "Remote-Relay", "none");
                    QairHost.remote(qubes, "Other-Qube", "Remote-Relay", "none");
                },
                """
                [endpoint]
                listen = "%s:0"
                max-connections-per-second-per-address = 1000
                max-connections-per-second = 1000
                max-unauthenticated-per-address = 64
                [[endpoint.relay]]
                name = "Remote-Relay"
                key = "%s"
                """.formatted(address, key),
                "* * @anyvm work allow");
        Programs.script(host.services().resolve(PROGRAM), "#!/bin/sh\nexit 0\n");
        Programs.script(host.services().resolve(SINK), "#!/bin/sh\nexec cat >/dev/null\n");
        Programs.script(host.services().resolve(SOURCE), "#!/bin/sh\nexec head -c \"$1\" /dev/zero\n");
        return host;
    }

    private QairHost startLocal(Path root, String endpointKey)
            throws IOException, InterruptedException, RegistryException {
        return new QairHost(
                root,
                List.of(),
                qubes -> {
                    QairHost.local(qubes, "Local-Relay", "Local-Qube", "Other-Qube");
                    QairHost.remote(qubes, "Far", "Local-Relay", "qubesair.SSHProxy");
                    for (String script : List.of("Cold", "Master", "ColdSshd", "MasterSshd")) {
                        QairHost.remote(qubes, "Far-" + script, "Local-Relay", "bench." + script);
                    }
                },
                """
                [[peer]]
                name = "far"
                address = "%s"
                host-key = "%s"
                """.formatted(far.endpoint(), endpointKey),
                "* * @anyvm @anyvm allow");
    }

    /** The design's script, with the place of its configuration. What answers for QubesDB is no slower than the field's program. */
    private void transport(String name, Path bin, Path configuration) throws IOException {
        Programs.script(local.services().resolve("bench." + name), """
                #!/bin/bash
                set -euo pipefail
                PATH=%s:$PATH
                if [[ -z "${1:-}" ]]; then
                    exit 1
                fi
                IFS='+' read -r target service <<< "$1"
                if [[ -z "$target" || -z "$service" ]]; then
                    exit 1
                fi
                remote_qube="$(qubesdb-read "/remote/$target" 2>/dev/null || true)"
                if [[ -z "$remote_qube" ]]; then
                    exit 1
                fi
                ssh -F %s "$remote_qube" qrexec-client-vm --source-qube="$QREXEC_REMOTE_DOMAIN" "$remote_qube" "$service"
                """.formatted(bin, configuration));
    }

    /** Calls as Local-Qube. */
    QrexecClient client() {
        return QrexecClient.at(local.socket("Local-Qube"));
    }

    /** Calls as another qube, which has the same rights. */
    QrexecClient otherClient() {
        return QrexecClient.at(local.socket("Other-Qube"));
    }

    /** The command line of {@code ssh} to the far {@code sshd}. */
    List<String> ssh(boolean master, String command) {
        return List.of("/usr/bin/ssh", "-F", (master ? masterConfig : config).toString(), "work", command);
    }

    /** A master connection that is gone would make its calls cold ones. */
    void checkMasters() throws IOException {
        if (!openSsh.processes().stream().allMatch(ProcessHandle::isAlive)) {
            throw new IOException("a master connection, or sshd, has ended");
        }
    }

    /** The last words of both hosts' logs. */
    String logs() throws IOException {
        return "local host: %s%nfar host: %s".formatted(local.lastWords(), far.lastWords());
    }

    QairHost local() {
        return local;
    }

    QairHost far() {
        return far;
    }

    /** Everything that serves calls, at both ends. */
    List<ProcessHandle> processes() {
        List<ProcessHandle> all = new ArrayList<>(List.of(local.process(), far.process()));
        all.addAll(openSsh.processes());
        return all;
    }

    @Override
    public void close() throws IOException {
        openSsh.close();
        local.close();
        far.close();
        socket.close();
        Programs.delete(directory);
    }
}
