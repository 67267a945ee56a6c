package org.qair.cli.enrolment;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.host.AdminAccess;
import org.qair.host.AdminRefusedException;
import org.qair.host.HostLayout;
import org.qair.host.RemotePeers;
import org.qair.host.enrolment.Enrolment;
import org.qair.host.enrolment.EnrolmentException;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;
import org.qair.relay.connection.ConnectFailure;
import org.qair.relay.peer.Peer;

/** Undoes an enrolment: on this host, and on the far one when this is the end that joined and it can be reached. */
public final class Parting {
    private static final ServiceName UNJOIN = new ServiceName(ProposedPolicy.UNJOIN, Optional.empty());
    private static final int REFUSED = 126;

    private final HostLayout layout;
    private final AdminAccess admin;
    private final PrintWriter notes;

    public Parting(HostLayout layout, AdminAccess admin, PrintWriter notes) {
        this.layout = layout;
        this.admin = admin;
        this.notes = notes;
    }

    /**
     * Undoes it.
     *
     * @param localOnly leave the far host alone
     * @return whether nothing is left, as far as it is known
     */
    public boolean part(QubeName name, boolean localOnly)
            throws IOException, EnrolmentException, AdminRefusedException {
        Enrolment enrolment = Enrolment.find(layout.enrolment(), admin.admin(), name)
                .orElseThrow(() -> new EnrolmentException(
                        "`%s` was not enrolled: remove it with `qair qube remove %s`".formatted(name, name)));
        Optional<QubeName> relay = relayOf(name);
        if (relay.isPresent()) {
            checkAlone(name);
        }
        boolean farDone = relay.isEmpty() || localOnly || far(name, relay.get());
        List<String> kept = enrolment.undo(admin::reloadIfLive);
        kept.forEach(notes::println);
        return farDone && kept.isEmpty();
    }

    /** The relay of a RemoteVM; nothing for a relay of this host, or what is gone already. */
    private Optional<QubeName> relayOf(QubeName name) throws IOException {
        try {
            String answer = admin.call("admin.vm.property.Get", "relayvm", name, "");
            String relay = answer.substring(answer.lastIndexOf(' ') + 1);
            return relay.isEmpty() ? Optional.empty() : Optional.of(new QubeName(relay));
        } catch (AdminRefusedException noRemoteVm) {
            return Optional.empty();
        }
    }

    /** Others may use the same peer, which goes away. */
    private void checkAlone(QubeName name) throws IOException, AdminRefusedException, EnrolmentException {
        List<String> others = new ArrayList<>();
        for (String line :
                admin.call("admin.vm.List", "", QubeName.DOM0, "").lines().toList()) {
            String other = line.substring(0, line.indexOf(' '));
            if (line.contains(" class=RemoteVM ") && !other.equals(name.value())) {
                String peer = admin.call("admin.vm.property.Get", "peer", new QubeName(other), "");
                if (peer.endsWith(" " + name)) {
                    others.add("`" + other + "`");
                }
            }
        }
        if (!others.isEmpty()) {
            throw new EnrolmentException("%s is behind the same peer: remove it first, or give it a peer of its own"
                    .formatted(String.join(", ", others)));
        }
    }

    private boolean far(QubeName name, QubeName relay) {
        Peer peer;
        try {
            peer = RemotePeers.read(layout).find(name.value(), relay);
        } catch (IOException none) {
            notes.println("the far host was not asked: " + none.getMessage());
            return false;
        }
        try (DirectConnection connection = DirectConnection.open(peer);
                FarCall call = FarCall.begin(connection, Optional.empty(), "@adminvm", UNJOIN)) {
            call.words().close();
            return answered(call.exitCode());
        } catch (ConnectFailure failure) {
            return failure.stage() == ConnectFailure.Stage.KEY || keeps(failure.getMessage());
        } catch (IOException lost) {
            return isOut(peer) || keeps(lost.getMessage());
        }
    }

    private boolean answered(int code) {
        return switch (code) {
            case 0 -> true;
            case REFUSED -> keeps("its policy does not allow `%s`".formatted(ProposedPolicy.UNJOIN));
            default -> keeps("some of it is in use there, its log says by what");
        };
    }

    /** The far host ends the connection as it takes the key away, perhaps before its answer came. */
    private static boolean isOut(Peer peer) {
        try (DirectConnection _ = DirectConnection.open(peer)) {
            return false;
        } catch (ConnectFailure failure) {
            return failure.stage() == ConnectFailure.Stage.KEY;
        }
    }

    private boolean keeps(@Nullable String why) {
        notes.println("the far host keeps its part (%s): run `qair unjoin` for the relay there".formatted(why));
        return false;
    }
}
