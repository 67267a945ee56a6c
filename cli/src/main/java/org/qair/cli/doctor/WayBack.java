package org.qair.cli.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.host.settings.LiveTables;
import org.qair.host.settings.PeerTable;
import org.qair.relay.reverse.FarSocket;
import org.qair.relay.reverse.FarSocket.Fault;

/** The socket at which a far machine that has OpenSSH alone listens for calls back, as the host that runs finds it now. */
final class WayBack {
    private static final String SSHD_SETTING =
            "printf '%s yes\\n' > /etc/ssh/sshd_config.d/10-qair-%s.conf && systemctl reload ssh";

    private final HostLayout layout;
    private final AdminAccess admin;
    private final Findings findings;
    private final Commands commands;

    WayBack(HostLayout layout, AdminAccess admin, Findings findings) {
        this.layout = layout;
        this.admin = admin;
        this.findings = findings;
        this.commands = new Commands(layout);
    }

    /** Says nothing where the peer may not call back, or needs no socket for it. */
    void check(RemoteVm remote) throws BrokenLayerException, IOException {
        Optional<PeerTable> table = LiveTables.read(layout.settings(), layout.peers(), layout.relays()).peers().stream()
                .filter(peer -> peer.name().equals(remote.peer()) && peer.reverse())
                .findFirst();
        if (table.isEmpty()) {
            return;
        }
        if (!admin.isLive()) {
            throw findings.broken(
                    Layer.CALLS_BACK, "this host does not run, so it takes no calls back", commands.qair("host"));
        }
        Optional<FarSocket> found;
        try {
            found = admin.callsBack(remote.name());
        } catch (AdminRefusedException unknown) {
            findings.unknown(Layer.CALLS_BACK, String.valueOf(unknown.getMessage()));
            return;
        }
        if (found.isEmpty()) {
            throw findings.broken(
                    Layer.CALLS_BACK,
                    "this host takes no calls back from peer `%s`: its log says why, such as two relays that reach it with one key"
                            .formatted(remote.peer()),
                    edit(table.get()));
        }
        judge(found.get(), table.get());
    }

    private void judge(FarSocket found, PeerTable table) throws BrokenLayerException {
        switch (found) {
            case FarSocket.NotNeeded() -> {}
            case FarSocket.Listens(String path) ->
                findings.fine(Layer.CALLS_BACK, "they are taken at `%s` there".formatted(path));
            case FarSocket.Waiting() ->
                findings.unknown(Layer.CALLS_BACK, "the far end has not said yet whether it listens for them");
            case FarSocket.Refused(Fault fault, String reason) ->
                throw findings.broken(Layer.CALLS_BACK, reason, remedies(fault, table));
        }
    }

    private Remedy[] remedies(Fault fault, PeerTable table) {
        String socket = there(Path.of(table.reverseSocket()));
        return switch (fault) {
            case FORBIDDEN ->
                new Remedy[] {
                    Remedy.there(
                            "sed -i -E 's/^restrict (ssh|ecdsa)-/restrict,port-forwarding \\1-/' ~/.ssh/authorized_keys"),
                    Remedy.there("mkdir -p -m 700 -- \"$(dirname -- %s)\"".formatted(socket)),
                    Remedy.there(SSHD_SETTING.formatted("AllowStreamLocalForwarding", "forward"))
                };
            case OCCUPIED -> new Remedy[] {Remedy.there("mv -- %1$s %1$s.other".formatted(socket))};
            case UNSEEN ->
                new Remedy[] {
                    Remedy.there("mkdir -p -m 700 -- \"$(dirname -- %s)\"".formatted(socket)),
                    Remedy.there(SSHD_SETTING.formatted("StreamLocalBindUnlink", "unlink"))
                };
            case HOMELESS ->
                new Remedy[] {Remedy.there(SSHD_SETTING.formatted("StreamLocalBindUnlink", "unlink")), edit(table)};
            case OTHER -> new Remedy[] {Remedy.there("ls -ld -- \"$(dirname -- %1$s)\" %1$s".formatted(socket))};
        };
    }

    /** For a shell of the account there; a relative one is from its home. */
    private static String there(Path socket) {
        return socket.isAbsolute() ? Commands.quoted(socket) : "~/" + Commands.quoted(socket);
    }

    private Remedy edit(PeerTable table) {
        int colon = table.place().indexOf(':');
        return commands.edit(Path.of(colon < 0 ? table.place() : table.place().substring(0, colon)));
    }
}
