package org.qair.host.audit;

import java.sql.SQLException;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where to begin to look for calls that a host which was killed left as running: the audit keeps a number below which all calls have
 * ended. It is written now and then; an index of running calls would cost two pages a call. For the one who holds the audit's lock.
 */
final class Unended {
    /** Gives each call that it finds, all columns. */
    static final String MARK_LOST = """
            update calls set outcome = 'lost' where outcome is null and number >= (select number from ended_below)
            returning *""";

    /** So many calls have ended since it was written: as many are looked at when a host is started. */
    private static final int FAR = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Unended.class);

    private final AuditDatabase database;
    private final NavigableSet<Long> running = new TreeSet<>();
    private long noted;

    Unended(AuditDatabase database) {
        this.database = database;
        this.noted = database.next();
    }

    void begun(long number) {
        running.add(number);
    }

    void ended(long number) {
        running.remove(number);
    }

    private long below() {
        return running.isEmpty() ? database.next() : running.first();
    }

    /** Writes it when it is far from what is written. */
    void noteIfFar() {
        if (below() - noted >= FAR) {
            note();
        }
    }

    /** Writes it; where that fails, what is written is still true, and more is looked at. */
    void note() {
        long number = below();
        try {
            noted = database.transact(() -> {
                database.endedBelow(number);
                return number;
            });
        } catch (SQLException broken) {
            LOG.warn("the audit cannot note which calls have ended: {}", broken.getMessage());
        }
    }
}
