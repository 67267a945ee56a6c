package org.qair.registry.qubesdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryChange;

/** Says what changed in every qube's QubesDB the slow way, by listing all of it before and after. */
public final class QubeEntriesOracle {
    private QubeEntriesOracle() {}

    /** Checks that watchers of each qube are told of exactly what changed, and that reads agree with listings. */
    public static void check(RegistryChange change) {
        Set<UUID> qubes = new HashSet<>();
        change.before().qubes().stream().map(QubeRecord::uuid).forEach(qubes::add);
        change.after().qubes().stream().map(QubeRecord::uuid).forEach(qubes::add);
        for (UUID uuid : qubes) {
            QubeEntries entries = new QubeEntries(uuid);
            Map<String, String> before = entries.list(change.before(), "/");
            Map<String, String> after = entries.list(change.after(), "/");
            Set<String> different = new HashSet<>();
            before.forEach((path, value) -> {
                if (!value.equals(after.get(path))) {
                    different.add(path);
                }
            });
            after.keySet().stream().filter(path -> !before.containsKey(path)).forEach(different::add);
            assertThat(entries.changed(change)).isEqualTo(different);
            after.forEach((path, value) ->
                    assertThat(entries.read(change.after(), path)).contains(value));
        }
    }
}
