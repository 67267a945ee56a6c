package org.qair.cli.enrolment;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import org.qair.host.AdminAccess;
import org.qair.host.enrolment.Enrolment;
import org.qair.host.enrolment.EnrolmentException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Undoes an enrolment that was not completed when this is closed, and also when the process is told to end before: what is being made at
 * that moment is waited for, and nothing is made after it.
 */
final class Abandonment implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Abandonment.class);

    private final Enrolment enrolment;
    private final AdminAccess admin;
    private final ReentrantLock making = new ReentrantLock();
    private final Thread hook = Thread.ofPlatform().name("abandon").unstarted(this::abandon);

    /** Something that is made. */
    interface Making<T> {
        T make() throws IOException, EnrolmentException;
    }

    Abandonment(Enrolment enrolment, AdminAccess admin) {
        this.enrolment = enrolment;
        this.admin = admin;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Makes something, unless the process is ending. */
    <T> T guard(Making<T> step) throws IOException, EnrolmentException {
        making.lock();
        try {
            return step.make();
        } finally {
            making.unlock();
        }
    }

    /** Keeps the lock: the process ends with it. */
    private void abandon() {
        making.lock();
        undo();
    }

    private void undo() {
        if (enrolment.isComplete()) {
            return;
        }
        try {
            enrolment.undo(admin::reloadIfLive).forEach(LOG::warn);
        } catch (IOException failed) {
            LOG.error("not all was undone, `qair unjoin {}` does the rest: {}", enrolment.name(), failed.getMessage());
        }
    }

    @Override
    public void close() {
        making.lock();
        try {
            undo();
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.debug("the process is ending", ending);
        } finally {
            making.unlock();
        }
    }
}
