package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.qubesdb.QubeEntriesOracle;

/** Random changes, allowed and forbidden, on a real registry: whatever happens, its rules hold afterwards. */
class RegistryPropertyTest {
    private static final List<String> NAMES = List.of("dom0", "a", "b", "c", "d", "e", "none");

    @Provide
    Arbitrary<List<RandomEdit>> edits() {
        Arbitrary<String> name = Arbitraries.of(NAMES);
        Arbitrary<String> property = Arbitraries.of(
                "relayvm",
                "remote_name",
                "transport_rpc",
                "default_dispvm",
                "guivm",
                "template",
                "name",
                "unix_user",
                "label",
                "template_for_dispvms",
                "peer",
                "agent",
                "qid",
                "nothing");
        Arbitrary<String> value =
                Arbitraries.of("a", "b", "c", "d", "e", "dom0", "", "True", "red", "x+y", "f", "vchan");
        Arbitrary<RandomEdit> set = Combinators.combine(name, property, value)
                .as((qube, key, text) -> draft -> draft.setProperty(new QubeName(qube), key, text));
        Arbitrary<RandomEdit> reset = Combinators.combine(name, property)
                .as((qube, key) -> draft -> draft.resetProperty(new QubeName(qube), key));
        Arbitrary<RandomEdit> create = Combinators.combine(name, Arbitraries.of(QubeType.class))
                .as((qube, klass) -> draft -> draft.create(klass, new QubeName(qube), "red"));
        Arbitrary<RandomEdit> relay = Combinators.combine(Arbitraries.of("c", "d", "e"), Arbitraries.of("a", "b", ""))
                .as((qube, text) -> draft -> draft.setProperty(new QubeName(qube), "relayvm", text));
        Arbitrary<RandomEdit> rename = Combinators.combine(name, name)
                .as((qube, text) -> draft -> draft.rename(new QubeName(qube), new QubeName(text)));
        Arbitrary<RandomEdit> remove = name.map(qube -> draft -> draft.remove(new QubeName(qube)));
        Arbitrary<RandomEdit> tag = Combinators.combine(
                        name, Arbitraries.of("t", "relayvm-a", "created-by-a", "", "a b"))
                .as((qube, text) -> draft -> draft.addTag(new QubeName(qube), text));
        Arbitrary<RandomEdit> feature = Combinators.combine(
                        name, Arbitraries.of("internal", "service.x", "", "a b"), value)
                .as((qube, key, text) -> draft -> draft.setFeature(new QubeName(qube), key, text));
        Arbitrary<RandomEdit> global = Combinators.combine(
                        Arbitraries.of("default_dispvm", "default_guivm", "x"), value)
                .as((key, text) -> draft -> draft.setGlobal(key, text));
        return Arbitraries.frequencyOf(
                        Tuple.of(4, relay),
                        Tuple.of(2, rename),
                        Tuple.of(6, set),
                        Tuple.of(1, reset),
                        Tuple.of(2, create),
                        Tuple.of(1, remove),
                        Tuple.of(1, tag),
                        Tuple.of(1, feature),
                        Tuple.of(1, global))
                .list()
                .ofMinSize(10)
                .ofMaxSize(60);
    }

    /** One random change; most are refused. */
    @FunctionalInterface
    interface RandomEdit extends Registry.Edit {}

    @Property(tries = 60)
    void the_rules_hold_whatever_is_tried(@ForAll("edits") List<RandomEdit> edits) throws Exception {
        Path directory = Files.createTempDirectory("registry");
        Path database = directory.resolve("registry.db");
        try {
            RegistrySnapshot last;
            try (Registry registry = Registry.open(database)) {
                registry.change(RegistryPropertyTest::begin);
                List<RegistryChange> changes = new ArrayList<>();
                registry.onChange(changes::add);
                for (RandomEdit edit : edits) {
                    RegistrySnapshot before = registry.snapshot();
                    changes.clear();
                    boolean refused = isRefused(registry, edit);
                    check(before, registry.snapshot(), changes, refused);
                }
                last = registry.snapshot();
            }
            try (Registry again = Registry.open(database)) {
                assertSame(again.snapshot(), last);
            }
        } finally {
            deleteAll(directory);
        }
    }

    private static void begin(RegistryDraft draft) throws RegistryException {
        draft.create(QubeType.AppVM, new QubeName("a"), "red");
        draft.create(QubeType.AppVM, new QubeName("b"), "red");
        draft.create(QubeType.RemoteVM, new QubeName("c"), "red");
        draft.create(QubeType.RemoteVM, new QubeName("d"), "red");
    }

    private static boolean isRefused(Registry registry, RandomEdit edit) {
        try {
            registry.change(edit);
            return false;
        } catch (RegistryException refused) {
            assertThat(refused).hasMessageMatching("[ -~…]+");
            return true;
        }
    }

    private static void check(
            RegistrySnapshot before, RegistrySnapshot after, List<RegistryChange> changes, boolean refused) {
        if (refused) {
            assertThat(after).isSameAs(before);
        }
        assertThat(changes).hasSize(after == before ? 0 : 1);
        for (RegistryChange change : changes) {
            assertThat(change.before()).isSameAs(before);
            assertThat(change.after()).isSameAs(after);
            assertThat(change.touched()).containsAll(differences(before, after));
            QubeEntriesOracle.check(change);
        }
        checkReferences(after);
        checkUniqueness(after);
        checkPolicyView(after);
    }

    private static Set<UUID> differences(RegistrySnapshot before, RegistrySnapshot after) {
        Map<UUID, QubeRecord> old = new HashMap<>();
        before.qubes().forEach(qube -> old.put(qube.uuid(), qube));
        Set<UUID> different = new HashSet<>();
        for (QubeRecord qube : after.qubes()) {
            if (!qube.equals(old.remove(qube.uuid()))) {
                different.add(qube.uuid());
            }
        }
        different.addAll(old.keySet());
        return different;
    }

    private static void checkReferences(RegistrySnapshot snapshot) {
        for (QubeRecord qube : snapshot.qubes()) {
            for (String property : List.of("relayvm", "template", "default_dispvm", "guivm")) {
                qube.set(property)
                        .ifPresent(name -> assertThat(snapshot.find(new QubeName(name)))
                                .as("%s of %s", property, qube)
                                .isPresent());
            }
            Optional<String> wanted = qube.relayvm().map(relay -> "relayvm-" + relay);
            assertThat(qube.tags().stream()
                            .filter(tag -> tag.startsWith("relayvm-"))
                            .findFirst())
                    .isEqualTo(wanted);
            qube.relayvm()
                    .ifPresent(relay -> assertThat(
                                    snapshot.find(relay).orElseThrow().klass())
                            .isNotIn(QubeType.RemoteVM, QubeType.AdminVM));
        }
        snapshot.global().values().stream()
                .filter(name -> !name.isEmpty())
                .forEach(name -> assertThat(snapshot.find(new QubeName(name))).isPresent());
    }

    private static void checkUniqueness(RegistrySnapshot snapshot) {
        assertThat(snapshot.qubes()).extracting(QubeRecord::qid).doesNotHaveDuplicates();
        assertThat(snapshot.qubes()).extracting(QubeRecord::uuid).doesNotHaveDuplicates();
        assertThat(snapshot.qubes().stream().flatMap(qube -> qube.unixUser().stream()))
                .doesNotHaveDuplicates();
        assertThat(snapshot.qubes().stream().filter(QubeRecord::isAdminVm)).hasSize(1);
        assertThat(snapshot.qubes()).first().extracting(QubeRecord::name).isEqualTo(QubeName.DOM0);
    }

    /** What policy sees is shared between snapshots; it must be as if made anew. */
    private static void checkPolicyView(RegistrySnapshot snapshot) {
        List<Qube> anew = new ArrayList<>(PolicyView.of(new Surroundings(snapshot.byName(), snapshot.global())));
        assertThat(snapshot.systemInfo().qubes()).containsExactlyInAnyOrderElementsOf(anew);
        for (QubeRecord qube : snapshot.qubes()) {
            assertThat(snapshot.find(qube.uuid())).contains(qube);
        }
    }

    private static void assertSame(RegistrySnapshot read, RegistrySnapshot written) {
        assertThat(read.qubes()).containsExactlyElementsOf(written.qubes());
        assertThat(read.global()).isEqualTo(written.global());
        assertThat(read.labels()).isEqualTo(written.labels());
        assertThat(read.nextQid()).isEqualTo(written.nextQid());
        assertThat(read.systemInfo().qubes())
                .containsExactlyInAnyOrderElementsOf(written.systemInfo().qubes());
    }

    private static void deleteAll(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
