package org.qair.host;

import java.io.IOException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.qair.host.settings.HostSettings;
import org.qair.host.settings.LiveTables;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a running host follows of its settings: peers and relays. A relay whose key was taken away loses its connections at once,
 * and so does a peer that was changed. Safe for use by many threads; readings follow one another.
 */
public final class LiveSettings {
    private static final Logger LOG = LoggerFactory.getLogger(LiveSettings.class);

    private final HostLayout layout;
    private final PeerFollower peers;
    private final LiveRelays relays = new LiveRelays();
    private final List<Runnable> followers = new CopyOnWriteArrayList<>();
    private HostSettings seen;

    /** What the peers and relays are made of. */
    public interface PeerFollower {
        /** From now on these are the peers and relays; what cannot be used is left out, and {@code faults} says why. */
        void follow(LiveTables tables, List<String> faults);
    }

    /**
     * Reads for the first time what {@code settings} say, and what is beside them.
     *
     * @throws HostException when something in {@code settings} cannot be followed; what is wrong beside them is logged
     */
    public LiveSettings(HostLayout layout, HostSettings settings, PeerFollower peers) throws HostException {
        this.layout = layout;
        this.peers = peers;
        this.seen = settings;
        List<String> faults = read();
        for (String fault : faults) {
            if (fault.startsWith(layout.settings() + ":")) {
                throw new HostException(fault);
            }
        }
    }

    /** Is told after each reading. */
    public void onChange(Runnable follower) {
        followers.add(follower);
    }

    /** The keys that may come in. */
    public LiveRelays relays() {
        return relays;
    }

    /** Reads at each change from now on, until it is closed. */
    public AutoCloseable watch() throws IOException {
        return new DirectoryWatch(
                "settings", List.of(layout.settingsDirectory(), layout.peers(), layout.relays()), () -> {
                    var ignored = read();
                    return Set.of();
                });
    }

    /**
     * Reads the files as they are now; what they say is in force when this returns.
     *
     * @return what is wrong with them
     */
    synchronized List<String> read() {
        LiveTables tables = LiveTables.read(layout.settings(), layout.peers(), layout.relays());
        List<String> faults = new ArrayList<>(tables.faults());
        tables.main().ifPresent(this::noteRest);
        peers.follow(tables, faults);
        Optional<Set<PublicKey>> revoked = new RevokedKeys(layout.revokedKeys()).read(faults);
        relays.follow(revoked.isPresent() ? tables.relays() : List.of(), revoked.orElse(Set.of()), faults);
        faults.forEach(fault -> LOG.error("not in force: {}", fault));
        followers.forEach(Runnable::run);
        return faults;
    }

    private void noteRest(HostSettings now) {
        if (!now.fixed().equals(seen.fixed())) {
            LOG.warn("{}: more than peers and relays was changed: restart the host for the rest", layout.settings());
        }
        seen = now;
    }
}
