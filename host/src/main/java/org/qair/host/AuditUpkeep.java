package org.qair.host;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.qair.host.audit.AuditException;
import org.qair.host.audit.AuditLog;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.Journal;
import org.qair.host.settings.AuditSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done for the audit while a host runs: old calls are removed when it starts and every few hours, and where its chain is goes
 * to the log at the start and the end, from where it can be kept elsewhere.
 */
final class AuditUpkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditUpkeep.class);
    private static final Duration PAUSE = Duration.ofHours(6);

    private final AuditLog audit;
    private final Clock clock;
    private final Optional<Thread> thread;

    private AuditUpkeep(AuditLog audit, Optional<Duration> keep, Clock clock) {
        this.audit = audit;
        this.clock = clock;
        LOG.info("the audit begins at {}", audit.head());
        keep.ifPresent(this::forget);
        this.thread = keep.map(age -> Thread.ofVirtual().name("audit upkeep").start(() -> forgetAgainAndAgain(age)));
    }

    /** Opens a host's audit, with its way to the journal when the settings ask for it. */
    static AuditLog open(HostLayout layout, AuditSettings settings, Resources opened, Clock clock) throws IOException {
        Optional<Journal> journal =
                settings.journal() ? Optional.of(opened.add(Journal.open(layout.journal()))) : Optional.empty();
        AuditLog audit = opened.add(AuditLog.open(layout.audit(), call -> send(journal, call)));
        AuditUpkeep upkeep = opened.add(new AuditUpkeep(audit, settings.keep(), clock));
        return upkeep.audit;
    }

    private static void send(Optional<Journal> journal, AuditRecord call) {
        journal.ifPresent(open -> open.send(call));
    }

    private void forgetAgainAndAgain(Duration age) {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                forget(age);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void forget(Duration age) {
        try {
            int removed = audit.forget(clock.instant().minus(age));
            if (removed > 0) {
                LOG.info("{} calls older than {} days were removed from the audit", removed, age.toDays());
            }
        } catch (AuditException broken) {
            LOG.error("{}", broken.getMessage(), broken);
        }
    }

    @Override
    public void close() {
        thread.ifPresent(Thread::interrupt);
        LOG.info("the audit ends at {}", audit.head());
    }
}
