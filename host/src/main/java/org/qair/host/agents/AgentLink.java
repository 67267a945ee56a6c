package org.qair.host.agents;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.policy.QubeName;
import org.qair.registry.AgentState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of one qube, there or not: a thread connects to it, serves it and, when it has gone, connects again, until this is closed.
 * Safe for use by many threads.
 */
final class AgentLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentLink.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration PAUSE_AFTER_FAULT = Duration.ofMillis(250);
    private static final Duration LOOK_FOR_SUCCESSOR = Duration.ofSeconds(1);

    private final AgentQube qube;
    private final List<AgentPlace> places;
    private final AgentHost host;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private @Nullable AgentSession session;
    private volatile Optional<AgentSession> successor = Optional.empty();
    private boolean closed;
    private volatile boolean faulty;
    private String told = "";

    /** @param places where the agent may be, the first that it is found at counts */
    AgentLink(AgentQube qube, List<AgentPlace> places, AgentHost host) {
        this.qube = qube;
        this.places = places;
        this.host = host;
        this.thread = Thread.ofVirtual().name("agent of " + qube.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    QubeName qube() {
        return qube.name();
    }

    /** The qube's vchan domain: its number. */
    int domain() {
        return qube.qid();
    }

    /** The user that somebody set for the qube. */
    Optional<String> defaultUser() {
        return qube.defaultUser();
    }

    AgentHost host() {
        return host;
    }

    /** The open control channel, if there is one. */
    Optional<AgentSession> connected() {
        lock.lock();
        try {
            return Optional.ofNullable(session).filter(found -> !found.hasEnded());
        } finally {
            lock.unlock();
        }
    }

    /**
     * The open control channel; waits for the agent when it is not there.
     *
     * @throws CallException.Failed when it did not come within {@code limit}
     */
    AgentSession await(Duration limit) throws CallException.Failed, InterruptedException {
        long nanos = limit.toNanos();
        lock.lock();
        try {
            while (session == null || session.hasEnded()) {
                if (nanos <= 0 || closed) {
                    throw new CallException.Failed(
                            "the agent of qube `%s` did not come within %d s: does its VM or container run?"
                                    .formatted(qube(), limit.toSeconds()));
                }
                nanos = changed.awaitNanos(nanos);
            }
            return session;
        } finally {
            lock.unlock();
        }
    }

    /** The agent broke the protocol: it is not asked again at once. */
    void punish() {
        faulty = true;
    }

    private void run() {
        host.note(qube, AgentState.WAITING);
        try {
            while (!isClosed()) {
                connectAndServe();
                Thread.sleep(faulty ? PAUSE_AFTER_FAULT : PAUSE);
                faulty = false;
            }
        } catch (InterruptedException stopped) {
            LOG.debug("the agent of qube `{}` is left alone", qube());
        } finally {
            takeSuccessor().ifPresent(AgentSession::close);
        }
    }

    private void connectAndServe() throws InterruptedException {
        try {
            Optional<AgentSession> started = takeSuccessor();
            Optional<AgentSession> found = started.isPresent() ? started : find();
            if (found.isPresent()) {
                serve(found.get());
            }
        } catch (RuntimeException fault) {
            LOG.error("the agent of qube `{}`: a fault of this program", qube(), fault);
            faulty = true;
        }
    }

    private Optional<AgentSession> find() throws InterruptedException {
        Optional<String> trouble = Optional.empty();
        for (AgentPlace place : places) {
            try {
                Optional<AgentSession> found = AgentOrigin.connect(place, this);
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException failure) {
                trouble = Optional.of(String.valueOf(failure.getMessage()));
            }
        }
        trouble.ifPresent(this::tell);
        return Optional.empty();
    }

    /** The same again is told once. */
    private void tell(String reason) {
        faulty = true;
        if (!told.equals(reason) && !isClosed()) {
            LOG.warn("the agent of qube `{}` cannot be reached: {}", qube(), reason);
            told = reason;
        }
    }

    private void serve(AgentSession found) throws InterruptedException {
        if (!enter(Optional.of(found))) {
            found.close();
            return;
        }
        told = "";
        LOG.info("the agent of qube `{}` is connected", qube());
        host.note(qube, AgentState.CONNECTED);
        Thread watching = Thread.ofVirtual().start(() -> watchForSuccessor(found));
        try {
            found.serve();
        } finally {
            watching.interrupt();
        }
        watching.join();
        if (successor.isEmpty() && enter(Optional.empty())) {
            LOG.info("the agent of qube `{}` has gone", qube());
            host.note(qube, AgentState.GONE);
        }
    }

    /**
     * An agent of the field that is killed lives on in the processes that it has forked for its calls: they hold its control channel open,
     * and the agent that is started in its place would wait for the host in vain.
     */
    private void watchForSuccessor(AgentSession served) {
        try {
            while (!served.hasEnded()) {
                Thread.sleep(LOOK_FOR_SUCCESSOR);
                Optional<AgentSession> next = served.hasSuccessor() ? find() : Optional.empty();
                if (next.isPresent()) {
                    LOG.info("the agent of qube `{}` was started again", qube());
                    successor = next;
                    boolean ignored = enter(next); // no call finds nobody in between
                    served.close();
                }
            }
        } catch (IOException | InterruptedException ended) {
            LOG.trace("no successor", ended);
        }
    }

    private Optional<AgentSession> takeSuccessor() {
        Optional<AgentSession> taken = successor;
        successor = Optional.empty();
        return taken;
    }

    /** @return false when this is closed */
    private boolean enter(Optional<AgentSession> now) {
        lock.lock();
        try {
            session = closed ? null : now.orElse(null);
            changed.signalAll();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the control channel and the calls that came by it; does not wait for that. */
    @Override
    public void close() {
        Optional<AgentSession> last = connected();
        lock.lock();
        try {
            closed = true;
            session = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        last.ifPresent(AgentSession::interruptCalls);
        last.ifPresent(AgentSession::close);
        thread.interrupt();
    }

    /** Waits until what {@link #close} ended has ended, {@code limit} at most. */
    void join(Duration limit) throws InterruptedException {
        boolean ignored = thread.join(limit);
    }
}
