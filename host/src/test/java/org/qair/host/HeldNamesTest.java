package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.SystemInfo;
import org.qair.registry.Registry;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;

class HeldNamesTest {
    private static final QubeName WORK = new QubeName("work");
    private static final QubeName OTHER = new QubeName("other");

    @TempDir
    Path directory;

    private final HeldNames held = new HeldNames();
    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.respect(held);
        registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private SystemInfo system() {
        return registry.snapshot().systemInfo();
    }

    private HeldNames.Hold hold() {
        return held.take(Set.of(WORK), system(), this::system).orElseThrow();
    }

    private void refused(Registry.Edit edit, String message) {
        assertThatThrownBy(() -> registry.change(edit))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(RegistryError.QubesVMInUseError))
                .hasMessage(message);
    }

    @Test
    void aNameIsNobodyElsesUntilTheLastCallHasEnded() throws Exception {
        HeldNames.Hold first = hold();
        HeldNames.Hold second = hold();
        registry.change(draft -> draft.rename(WORK, OTHER));
        refused(
                draft -> draft.create(QubeType.AppVM, WORK, "red"),
                "the name `work` can't be given to another qube yet: "
                        + "2 running calls were judged while another qube had it; wait until they have ended, or end them with `qair calls end`");
        first.close();
        registry.change(draft -> draft.create(QubeType.AppVM, new QubeName("third"), "red"));
        refused(
                draft -> draft.rename(new QubeName("third"), WORK),
                "the name `work` can't be given to another qube yet: "
                        + "1 running call was judged while another qube had it; wait until it has ended, or end it with `qair calls end`");
        second.close();
        registry.change(draft -> draft.rename(new QubeName("third"), WORK));
    }

    @Test
    void aQubeGetsItsOwnNameBack() throws Exception {
        try (HeldNames.Hold _ = hold()) {
            registry.change(draft -> draft.rename(WORK, OTHER));
            registry.change(draft -> draft.rename(OTHER, WORK));
        }
    }

    @Test
    void aRemovedQubesNameIsHeldToo() throws Exception {
        try (HeldNames.Hold _ = hold()) {
            registry.change(draft -> draft.remove(WORK));
            assertThatThrownBy(() -> registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red")))
                    .hasMessageContaining("1 running call was judged");
        }
        registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
    }

    @Test
    void whatChangedSinceTheJudgementIsNotHeld() throws Exception {
        SystemInfo judged = system();
        registry.change(draft -> draft.rename(WORK, OTHER));
        assertThat(held.take(Set.of(WORK), judged, this::system)).isEmpty();
        registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
        assertThat(held.take(Set.of(WORK), judged, this::system)).isEmpty();
        assertThat(held.take(Set.of(OTHER), system(), this::system)).isPresent();
    }

    @Test
    void oneChangeDoesNotTakeANameFromOneQubeForAnother() {
        assertThatThrownBy(() -> registry.change(draft -> {
                    draft.rename(WORK, OTHER);
                    draft.create(QubeType.AppVM, WORK, "red");
                }))
                .hasMessage("there is already a qube `work`");
        assertThat(registry.snapshot().find(OTHER)).isEmpty();
    }

    @Test
    void namesOfNoQubeHoldNothing() throws Exception {
        try (HeldNames.Hold _ = held.take(Set.of(OTHER), system(), this::system).orElseThrow();
                HeldNames.Hold _ = held.none()) {
            registry.change(draft -> draft.create(QubeType.AppVM, OTHER, "red"));
        }
    }
}
