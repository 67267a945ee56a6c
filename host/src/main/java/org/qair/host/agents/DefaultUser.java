package org.qair.host.agents;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.FileSystems;
import org.qair.channel.PeerIdentity;
import org.qair.channel.PeerProcess;

/**
 * Whom a call to an agent runs as that names nobody. Qair's agent is told {@code DEFAULT} and knows. The field's knows no such word: its
 * daemon puts a name in its place, and so does this host.
 */
final class DefaultUser {
    static final String OF_THE_AGENT = "DEFAULT";
    private static final String OF_THE_FIELD = "user";
    private static final String ROOT = "root";

    private DefaultUser() {}

    /**
     * The name for an agent of the field: {@code user}, as its daemon has it. Where the agent has the accounts of this machine and could not
     * run anything as that one, its own.
     */
    static String ofTheFields(SocketChannel control) throws IOException {
        if (!PeerProcess.sharesFiles(control)) {
            return OF_THE_FIELD;
        }
        String own = PeerIdentity.of(control).user().getName();
        return own.equals(ROOT) && isAccount(OF_THE_FIELD) ? OF_THE_FIELD : own;
    }

    private static boolean isAccount(String name) {
        try {
            return FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(name) != null;
        } catch (IOException none) {
            return false;
        }
    }
}
