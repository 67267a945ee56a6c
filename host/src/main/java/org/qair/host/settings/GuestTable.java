package org.qair.host.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.channel.Vchan;
import org.qair.channel.vsock.HybridVsock;
import org.qair.channel.vsock.Vsock;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;

/**
 * {@code [[agents.qube]]}: an agent-run qube that is a virtual machine, and how its agent is reached there.
 *
 * @param place {@code file:line}, for messages
 */
public record GuestTable(QubeName name, Reach reach, String place) {
    private static final long FIRST_GUEST = 3;
    private static final long HIGHEST_CID = 0xffff_fffeL;

    /** How a virtual machine is reached. */
    public sealed interface Reach {
        /** The host's side of its vchans. */
        Vchan vchan();
    }

    /** {@code vsock-cid}: by AF_VSOCK. */
    public record Cid(int cid) implements Reach {
        @Override
        public Vchan vchan() {
            return Vsock.towardsGuest(cid);
        }
    }

    /** {@code vsock-socket}: by the Unix socket of its monitor. */
    public record Monitor(Path socket) implements Reach {
        @Override
        public Vchan vchan() {
            return new HybridVsock(socket);
        }
    }

    /** Reads all; what is wrong goes to their faults. A machine is one qube, and a qube one machine. */
    static List<GuestTable> read(List<SettingsTable> tables) {
        List<GuestTable> all = new ArrayList<>();
        for (SettingsTable table : tables) {
            Optional<GuestTable> guest = read(table);
            Optional<GuestTable> same =
                    guest.flatMap(one -> all.stream().filter(one::isAlso).findFirst());
            same.ifPresent(other -> table.fault(
                    "name", "`%s` in %s is the same qube or machine".formatted(other.name(), other.place())));
            guest.filter(one -> same.isEmpty()).ifPresent(all::add);
        }
        return all;
    }

    private boolean isAlso(GuestTable other) {
        return name.equals(other.name) || reach.equals(other.reach);
    }

    private static Optional<GuestTable> read(SettingsTable table) {
        table.allow("name", "vsock-cid", "vsock-socket");
        Optional<QubeName> name = table.required("name").flatMap(text -> qubeName(table, text));
        if (table.has("vsock-cid") == table.has("vsock-socket")) {
            table.fault(
                    "name", "a virtual machine is reached by `vsock-cid` or by `vsock-socket`: give one of the two");
            return Optional.empty();
        }
        return name.flatMap(qube -> reach(table).map(reach -> new GuestTable(qube, reach, table.place("name"))));
    }

    private static Optional<Reach> reach(SettingsTable table) {
        if (table.has("vsock-cid")) {
            return table.number("vsock-cid", FIRST_GUEST, HIGHEST_CID).map(cid -> new Cid(cid.intValue()));
        }
        Optional<Path> socket = table.string("vsock-socket").map(Path::of);
        if (socket.isPresent() && !socket.get().isAbsolute()) {
            table.fault("vsock-socket", "`%s` is to be an absolute path".formatted(socket.get()));
        }
        return socket.map(Monitor::new);
    }

    private static Optional<QubeName> qubeName(SettingsTable table, String text) {
        try {
            return Optional.of(new QubeName(text));
        } catch (InvalidNameException invalid) {
            table.fault("name", String.valueOf(invalid.getMessage()));
            return Optional.empty();
        }
    }
}
