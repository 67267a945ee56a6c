package org.qair.host;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;
import org.qair.registry.NameHolders;

/**
 * The names that admitted calls were judged by. Until the last call that holds a name has ended, the name means the qube that
 * policy judged, or after a rename or a removal none; the registry gives it to no other. So whatever looks a name up on a call's
 * way, be it a transport that is a script, finds the right qube or none. Safe for use by many threads.
 */
final class HeldNames implements NameHolders {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<QubeName, Map<UUID, Integer>> calls = new HashMap<>();

    /** One call's names; closing it lets go of them. */
    final class Hold implements AutoCloseable {
        private final Map<QubeName, UUID> names;

        private Hold(Map<QubeName, UUID> names) {
            this.names = names;
        }

        private boolean isTrueOf(SystemInfo system) {
            return names.entrySet().stream()
                    .allMatch(name -> system.find(name.getKey())
                            .map(Qube::uuid)
                            .filter(name.getValue()::equals)
                            .isPresent());
        }

        /** At most once. */
        @Override
        public void close() {
            count(names, -1);
        }
    }

    /**
     * Holds names with the meaning that they have in {@code judged}.
     *
     * @param latest asked once more when they are held: one that means something else by now may have been given away in between
     * @return empty when one does; then the call has to be judged again
     */
    Optional<Hold> take(Set<QubeName> names, SystemInfo judged, Supplier<SystemInfo> latest) {
        Map<QubeName, UUID> meant = new HashMap<>();
        names.forEach(name -> judged.find(name).ifPresent(qube -> meant.put(name, qube.uuid())));
        Hold hold = new Hold(meant);
        count(meant, 1);
        SystemInfo now = latest.get();
        if (now == judged || hold.isTrueOf(now)) {
            return Optional.of(hold);
        }
        hold.close();
        return Optional.empty();
    }

    /** Holds nothing. */
    Hold none() {
        return new Hold(Map.of());
    }

    private void count(Map<QubeName, UUID> names, int change) {
        lock.lock();
        try {
            names.forEach((name, uuid) -> {
                Map<UUID, Integer> holders = calls.computeIfAbsent(name, absent -> new HashMap<>());
                holders.merge(uuid, change, Integer::sum);
                holders.remove(uuid, 0);
                if (holders.isEmpty()) {
                    calls.remove(name);
                }
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<String> against(QubeName name, UUID qube) {
        lock.lock();
        try {
            int others = calls.getOrDefault(name, Map.of()).entrySet().stream()
                    .filter(holder -> !holder.getKey().equals(qube))
                    .mapToInt(Map.Entry::getValue)
                    .sum();
            return others == 0
                    ? Optional.empty()
                    : Optional.of(
                            "%d running %s judged while another qube had it; wait until %s ended, or end %s with `qair calls end`"
                                    .formatted(
                                            others,
                                            others == 1 ? "call was" : "calls were",
                                            others == 1 ? "it has" : "they have",
                                            others == 1 ? "it" : "them"));
        } finally {
            lock.unlock();
        }
    }
}
