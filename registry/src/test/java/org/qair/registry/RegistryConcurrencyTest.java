package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

@Timeout(120)
class RegistryConcurrencyTest {
    private static final int WRITERS = 8;
    private static final int CHANGES = 25;

    @TempDir
    Path directory;

    @Test
    void writers_take_turns_and_readers_see_whole_changes() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<RegistryChange> heard = new ArrayList<>();
            registry.onChange(heard::add);
            AtomicBoolean done = new AtomicBoolean();
            Future<Integer> reader = threads.submit(() -> readUntil(registry, done));
            List<Future<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.add(threads.submit(writer(registry, writer)));
            }
            for (Future<Void> writer : writers) {
                writer.get();
            }
            done.set(true);
            assertThat(reader.get()).isPositive();
            assertThat(registry.snapshot().qubes()).hasSize(1 + WRITERS * CHANGES * 2);
            assertThat(heard).hasSize(WRITERS * CHANGES);
            for (int i = 1; i < heard.size(); i++) {
                assertThat(heard.get(i).before()).isSameAs(heard.get(i - 1).after());
            }
        }
    }

    private static Callable<Void> writer(Registry registry, int writer) {
        return () -> {
            for (int i = 0; i < CHANGES; i++) {
                String number = writer + "-" + i;
                registry.change(draft -> {
                    draft.create(QubeType.AppVM, new QubeName("left-" + number), "red");
                    draft.create(QubeType.AppVM, new QubeName("right-" + number), "red");
                });
            }
            return null;
        };
    }

    /** Qubes are made in pairs, so their number with dom0 is odd whenever one looks. */
    private static int readUntil(Registry registry, AtomicBoolean done) {
        int looks = 0;
        while (!done.get()) {
            RegistrySnapshot snapshot = registry.snapshot();
            assertThat(snapshot.qubes().size() % 2).isOne();
            assertThat(snapshot.systemInfo().qubes()).hasSameSizeAs(snapshot.qubes());
            looks++;
        }
        return looks;
    }

    @Test
    void a_change_that_can_not_be_written_is_not_seen() throws Exception {
        Registry registry = Registry.open(directory.resolve("registry.db"));
        RegistrySnapshot before = registry.snapshot();
        List<RegistryChange> heard = new ArrayList<>();
        registry.onChange(heard::add);
        registry.close();
        assertThatThrownBy(() -> registry.change(draft -> draft.create(QubeType.AppVM, new QubeName("work"), "red")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("can't be written");
        assertThat(registry.snapshot()).isSameAs(before);
        assertThat(heard).isEmpty();
    }

    @Test
    void all_numbers_in_use_is_told() throws Exception {
        QubeNumbers numbers = new QubeNumbers(java.util.Map.of(), 65_535);
        assertThat(numbers.take()).isEqualTo(65_535);
        for (int i = 1; i < QubeNumbers.MAX; i++) {
            assertThat(numbers.take()).isEqualTo(i);
        }
        assertThatThrownBy(numbers::take)
                .isInstanceOf(RegistryException.class)
                .hasMessage("all 65535 qube numbers are in use");
    }
}
