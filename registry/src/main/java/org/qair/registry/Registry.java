package org.qair.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The qubes of a host and their properties, kept in a SQLite file that one process has open. A change that returned is on
 * disk: it outlives {@code kill -9} and a loss of power. Safe for use by many threads; readers never wait for a writer.
 */
public final class Registry implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    private final ReentrantLock writing = new ReentrantLock();
    private final List<Consumer<RegistryChange>> listeners = new CopyOnWriteArrayList<>();
    private final RegistryLock lock;
    private final Store store;
    private volatile RegistrySnapshot snapshot;
    private volatile OtherReferrers others = qube -> List.of();
    private volatile NameHolders holders = (name, qube) -> Optional.empty();

    private Registry(RegistryLock lock, Store store, RegistrySnapshot snapshot) {
        this.lock = lock;
        this.store = store;
        this.snapshot = snapshot;
    }

    /**
     * Opens the registry, making it (mode 0600) when it is not there; its directory must be.
     *
     * @throws RegistryLockedException when another process has it open
     * @throws IOException when the file can't be used: unreadable, no registry, damaged, or of a newer Qair
     */
    public static Registry open(Path database) throws IOException {
        RegistryLock lock = RegistryLock.take(database);
        try {
            Store store = Store.open(database);
            try {
                return new Registry(lock, store, store.load());
            } catch (IOException | RuntimeException failed) {
                store.close();
                throw failed;
            }
        } catch (IOException | RuntimeException failed) {
            lock.close();
            throw failed;
        }
    }

    /** What it holds now. */
    public RegistrySnapshot snapshot() {
        return snapshot;
    }

    /** One or more changes that are made together or not at all. */
    @FunctionalInterface
    public interface Edit {
        void apply(RegistryDraft draft) throws RegistryException;
    }

    /**
     * Makes a change. When this returns it is on disk, readers see it, and listeners have been told.
     *
     * @throws RegistryException when a rule forbids it; nothing has changed then
     * @throws java.io.UncheckedIOException when the disk failed; readers still see the state before it
     */
    public RegistrySnapshot change(Edit edit) throws RegistryException {
        writing.lock();
        try {
            if (writing.getHoldCount() > 1) {
                throw new IllegalStateException("a change was begun inside another, or by a listener");
            }
            RegistrySnapshot before = snapshot;
            RegistryDraft draft = new RegistryDraft(before, others, holders);
            edit.apply(draft);
            if (draft.events().isEmpty()) {
                return before;
            }
            RegistrySnapshot after = draft.result();
            store.write(draft.touched(), before, after);
            snapshot = after;
            tell(new RegistryChange(before, after, draft.events(), draft.touched()));
            return after;
        } finally {
            writing.unlock();
        }
    }

    /** Notes how the host stands with the agent of a qube. Readers see it and listeners are told; it is not kept on disk. */
    public void noteAgent(UUID qube, AgentState state) {
        writing.lock();
        try {
            RegistrySnapshot before = snapshot;
            Optional<QubeRecord> found = before.find(qube).filter(one -> one.agentState() != state);
            if (found.isPresent()) {
                RegistrySnapshot after = before.withAgentState(found.get(), state);
                snapshot = after;
                RegistryEvent event = new RegistryEvent.AgentChanged(found.get().name(), state);
                tell(new RegistryChange(before, after, List.of(event), Set.of(qube)));
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * What a change would make of the registry; it is not made.
     *
     * @throws RegistryException when a rule forbids it
     */
    public RegistrySnapshot preview(Edit edit) throws RegistryException {
        writing.lock();
        try {
            RegistryDraft draft = new RegistryDraft(snapshot, others, holders);
            edit.apply(draft);
            return draft.result();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Tells {@code listener} of every change from now on, in order, in the writer's thread after the commit: it must be
     * quick and must not change the registry itself.
     *
     * @return closing it ends that
     */
    public Subscription onChange(Consumer<RegistryChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** What ends a subscription when it is closed. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Names who else refers to qubes, so that those are neither removed nor renamed. */
    public void alsoReferredBy(OtherReferrers referrers) {
        others = referrers;
    }

    /** Names who holds names, so that no other qube is given one of them. */
    public void respect(NameHolders names) {
        holders = names;
    }

    /** Waits for a change that is being made, then closes the file. */
    @Override
    public void close() {
        writing.lock();
        try {
            store.close();
        } finally {
            lock.close();
            writing.unlock();
        }
    }

    private void tell(RegistryChange change) {
        for (Consumer<RegistryChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException failed) {
                LOG.error("a listener failed on a change of the registry; the change stands", failed);
            }
        }
    }
}
