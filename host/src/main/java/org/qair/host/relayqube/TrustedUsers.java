package org.qair.host.relayqube;

import java.util.Set;
import java.util.function.Predicate;
import org.qair.channel.PeerIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The Unix users from whom calls are taken with the source that they name: those that agents run services as. */
final class TrustedUsers implements Predicate<PeerIdentity> {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedUsers.class);

    private final Set<String> users;

    /** @param users beside root and this process's own */
    TrustedUsers(Set<String> users) {
        this.users = users;
    }

    @Override
    public boolean test(PeerIdentity peer) {
        String user = peer.user().getName();
        boolean trusted = user.equals("root") || user.equals(System.getProperty("user.name")) || users.contains(user);
        if (!trusted) {
            LOG.warn(
                    "user `{}` may not hand calls over: add it to `users` of [relay] if its programs are services",
                    user);
        }
        return trusted;
    }
}
