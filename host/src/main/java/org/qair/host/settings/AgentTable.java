package org.qair.host.settings;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code [agent]}: what {@code qair agent} is told in a VM or container. Its options and the environment of the field's agent go before.
 *
 * @param domain the number of its own vchan domain
 * @param vchan how it meets its host, by Unix sockets or by vsock
 * @param hostCid the host's CID; 2 in every virtual machine
 * @param vchanDirectory where its socket vchans are, and with {@code vsock} those of its callers
 * @param socket the trigger socket
 * @param defaultUser who a call runs as that names nobody
 * @param forkServer the socket of a session's fork server, {@code %s} for the user's name; the empty word for none
 * @param loginSessions whether a program of another user runs in a PAM session
 * @param cgroups whether the processes of each call are in a cgroup of their own
 */
public record AgentTable(
        Optional<Integer> domain,
        Optional<String> vchan,
        Optional<Integer> hostCid,
        Optional<Path> vchanDirectory,
        Optional<Path> socket,
        Optional<String> defaultUser,
        Optional<String> forkServer,
        Optional<Boolean> loginSessions,
        Optional<Boolean> cgroups) {
    /** What holds when nothing is set. */
    static final AgentTable NONE = new AgentTable(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final long HIGHEST_CID = 0xffff_fffeL;

    /**
     * Reads it from a settings file, which may be missing.
     *
     * @throws SettingsException naming every fault in the file, whatever table it is in
     * @throws IOException when it exists and cannot be read
     */
    public static AgentTable read(Path file) throws IOException, SettingsException {
        return HostSettings.read(file).agent();
    }

    static AgentTable of(SettingsTable table) {
        table.allow(
                "domain",
                "vchan",
                "host-cid",
                "vchan-directory",
                "socket",
                "default-user",
                "fork-server",
                "login-sessions",
                "cgroups");
        return new AgentTable(
                table.number("domain", 0, Integer.MAX_VALUE).map(Math::toIntExact),
                table.choice("vchan", "sockets", "vsock"),
                table.number("host-cid", 1, HIGHEST_CID).map(Long::intValue),
                absolute(table, "vchan-directory"),
                absolute(table, "socket"),
                table.string("default-user"),
                table.string("fork-server"),
                table.flag("login-sessions"),
                table.flag("cgroups"));
    }

    private static Optional<Path> absolute(SettingsTable table, String key) {
        Optional<Path> path = table.string(key).map(Path::of);
        if (path.isPresent() && !path.get().isAbsolute()) {
            table.fault(key, "`%s` is to be an absolute path".formatted(path.get()));
        }
        return path;
    }
}
