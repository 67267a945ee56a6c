package org.qair.host.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.qair.call.CallId;
import org.qair.host.audit.AuditChain.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing side of the audit: a row a call in {@code audit.db}, written when the call is decided and completed when it
 * ends, and for each of both an entry in a chain of hashes that nothing is taken out of. Safe for use by many threads. What was
 * written survives the host's death; the last second may not survive the machine's.
 */
public final class AuditLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Batch<Writing> batch = new Batch<>(lock, this::writeAll);
    private final AuditDatabase database;
    private final Checkpoints checkpoints;
    private final Consumer<AuditRecord> finished;
    private final Set<CallId> promised = new HashSet<>();
    private final Map<CallId, Running> running = new ConcurrentHashMap<>();
    private final Unended unended;

    private AuditLog(AuditDatabase database, Checkpoints checkpoints, Consumer<AuditRecord> finished) {
        this.database = database;
        this.checkpoints = checkpoints;
        this.finished = finished;
        this.unended = new Unended(database);
    }

    /** A call that has been decided and has not ended, as it is in the audit and under which number. */
    private record Running(AuditRecord call, long number) {}

    /** As below, with nobody told. */
    public static AuditLog open(Path database) {
        return open(database, call -> {});
    }

    /**
     * Opens the database, making it, readable by its owner alone, when there is none. Calls that a host which was killed left
     * as running are marked as lost.
     *
     * @param finished is told of each call that was refused or has ended, in the order of the audit; must not block
     * @throws AuditException when it cannot be opened
     */
    public static AuditLog open(Path database, Consumer<AuditRecord> finished) {
        try {
            AuditLog log = new AuditLog(AuditDatabase.open(database), new Checkpoints(database), finished);
            log.chainWhatWasBefore();
            log.markLost();
            log.unended.note();
            return log;
        } catch (SQLException | IOException broken) {
            throw new AuditException(
                    "audit `%s` cannot be opened: %s".formatted(database, broken.getMessage()), broken);
        }
    }

    /** Keeps a call as it was decided; one that was refused has its end with it. */
    public void decided(AuditRecord entry) {
        write("call " + entry.id() + " cannot be kept in the audit", () -> {
            long number = database.decided(entry);
            return () -> {
                boolean ignored = promised.remove(entry.id());
                if (entry.end().isPresent()) {
                    finished.accept(entry);
                } else {
                    unended.begun(number);
                    running.put(entry.id(), new Running(entry, number));
                }
            };
        });
    }

    /** Keeps how a call ended; {@code reason} is empty when there is nothing to say. */
    public void ended(CallId id, AuditRecord.End end, String reason) {
        Running begun = running.remove(id);
        if (begun == null) {
            return; // its beginning could not be written
        }
        AuditRecord whole = begun.call.ended(end, reason);
        write("the end of call " + id + " cannot be kept in the audit", () -> {
            database.ended(begun.number, whole);
            return () -> {
                unended.ended(begun.number);
                finished.accept(whole);
            };
        });
    }

    /** Whether no call of that id is kept, nor was asked about here before: each id is new once. */
    public boolean isNew(CallId id) {
        lock.lock();
        try {
            return !database.has(id) && promised.add(id);
        } catch (SQLException broken) {
            throw new AuditException("the audit cannot be read", broken);
        } finally {
            lock.unlock();
        }
    }

    /** Where the chain is now: worth keeping where this host's owner cannot change it. */
    public ChainLink head() {
        lock.lock();
        try {
            return database.head();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Removes the calls that came in before {@code before} and have ended, from the oldest on. The chain then begins behind them.
     *
     * @return how many
     */
    public int forget(Instant before) {
        int[] removed = new int[1];
        write("old calls cannot be removed from the audit", () -> {
            removed[0] = database.forget(before);
            return () -> {};
        });
        return removed[0];
    }

    /** An audit of a qair that had no chain; in any other, what is not in the chain was put there by somebody else. */
    private void chainWhatWasBefore() {
        if (database.head().equals(ChainLink.START)) {
            rewrite("select * from calls order by number", Kind.FOUND);
        }
    }

    private void markLost() {
        rewrite(Unended.MARK_LOST, Kind.LOST);
    }

    private void rewrite(String sql, Kind kind) {
        write("the audit cannot be brought up to date", () -> {
            database.chained(sql, kind);
            return () -> {};
        });
    }

    private interface Step {
        /** Writes, and says what is to be done once that is kept. */
        Runnable run() throws SQLException;
    }

    /** What somebody wants to have written, whole. */
    private record Writing(String failure, Step step) {}

    private void write(String failure, Step step) {
        batch.run(new Writing(failure, step));
    }

    /** In one transaction; when that fails, each in one of its own: what is wrong with one is no matter of the others. */
    private void writeAll(List<Batch.Piece<Writing>> pieces) {
        List<Runnable> afterwards;
        try {
            afterwards = database.transact(() -> run(pieces));
        } catch (SQLException | RuntimeException broken) {
            if (pieces.size() > 1) {
                pieces.forEach(piece -> writeAll(List.of(piece)));
            } else {
                Batch.Piece<Writing> piece = pieces.getFirst();
                piece.failed(new AuditException(piece.work().failure(), broken));
            }
            return;
        }
        pieces.forEach(Batch.Piece::done);
        afterwards.forEach(AuditLog::tell);
        unended.noteIfFar();
        checkpoints.committed(pieces.size());
    }

    private static List<Runnable> run(List<Batch.Piece<Writing>> pieces) throws SQLException {
        List<Runnable> afterwards = new ArrayList<>();
        for (Batch.Piece<Writing> piece : pieces) {
            afterwards.add(piece.work().step().run());
        }
        return afterwards;
    }

    /** What is kept is kept, whatever whoever is told of it makes of that. */
    private static void tell(Runnable afterwards) {
        try {
            afterwards.run();
        } catch (RuntimeException fault) {
            LOG.error("after a write of the audit: a fault of this program", fault);
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            checkpoints.close();
            database.close();
        } catch (SQLException broken) {
            throw new AuditException("closing the audit", broken);
        } finally {
            lock.unlock();
        }
    }
}
