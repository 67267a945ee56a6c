package org.qair.host.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * {@code [relay]}: what {@code qair relay} has to know of the qube that it runs in.
 *
 * @param defaultPeer the peer of RemoteVMs that none is named like
 * @param users the Unix users that may hand calls over, beside root and the relay's own
 * @param qubesDb the socket of the qube's QubesDB; absent for the field's
 * @param client the qube's {@code qrexec-client-vm} with options, as an argument vector
 */
public record RelayQubeTable(
        Optional<String> defaultPeer, Set<String> users, Optional<Path> qubesDb, List<String> client) {
    /** As in a qube of Qubes OS. */
    public static final RelayQubeTable USUAL = new RelayQubeTable(
            Optional.empty(), Set.of("user"), Optional.empty(), List.of("/usr/bin/qrexec-client-vm"));

    public RelayQubeTable {
        users = Set.copyOf(users);
        client = List.copyOf(client);
    }

    static RelayQubeTable read(SettingsTable table) {
        table.allow("default-peer", "users", "qubesdb", "client");
        List<String> users = table.strings("users");
        List<String> client = table.strings("client");
        return new RelayQubeTable(
                table.string("default-peer"),
                table.has("users") ? Set.copyOf(users) : USUAL.users(),
                table.string("qubesdb").map(Path::of),
                client.isEmpty() ? USUAL.client() : client);
    }
}
