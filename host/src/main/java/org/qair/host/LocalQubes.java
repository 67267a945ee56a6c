package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of all host-run qubes, kept in step with the registry: they are there before the change that made a qube is
 * answered, and gone before its removal is. Safe for use by many threads.
 */
final class LocalQubes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalQubes.class);

    private final QubeDoors doors;
    private final Map<QubeName, Opened> open = new HashMap<>();

    private record Opened(QubeRecord qube, QubeDoor door) {}

    /** What opens the sockets of one qube. */
    interface QubeDoors {
        QubeDoor open(QubeRecord qube) throws IOException;
    }

    LocalQubes(QubeDoors doors) {
        this.doors = doors;
    }

    /** Opens what is missing and closes what has gone or changed. */
    synchronized void follow(RegistrySnapshot registry) {
        for (Iterator<Map.Entry<QubeName, Opened>> entries = open.entrySet().iterator(); entries.hasNext(); ) {
            Opened opened = entries.next().getValue();
            if (registry.find(opened.qube().name())
                    .filter(now -> sameDoor(opened.qube(), now))
                    .isEmpty()) {
                entries.remove();
                opened.door().close();
            }
        }
        for (QubeRecord qube : registry.qubes()) {
            if (isHostRun(qube) && !open.containsKey(qube.name())) {
                open(qube);
            }
        }
    }

    private static boolean isHostRun(QubeRecord qube) {
        return !qube.isRemote() && !qube.isAgentRun();
    }

    private static boolean sameDoor(QubeRecord before, QubeRecord now) {
        return isHostRun(now)
                && before.qid() == now.qid()
                && before.klass() == now.klass()
                && before.unixUser().equals(now.unixUser());
    }

    /** A qube whose sockets cannot be made is without them; the others are not harmed. */
    private void open(QubeRecord qube) {
        try {
            open.put(qube.name(), new Opened(qube, doors.open(qube)));
        } catch (IOException | UncheckedIOException failed) {
            LOG.error("qube `{}` has no sockets: {}", qube.name(), failed.getMessage());
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(opened -> opened.door().close());
        open.clear();
    }
}
