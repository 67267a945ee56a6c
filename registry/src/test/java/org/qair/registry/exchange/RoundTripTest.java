package org.qair.registry.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.AgentState;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryDraft;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.exchange.QubesImport.Mode;

/** Random registries: an export is imported into another registry as it was, whatever that one had of the same qubes. */
class RoundTripTest {
    private static final List<String> NAMES = List.of("a", "b.c", "d_e", "f-1", "g", "h");
    private static final List<String> PROPERTIES = List.of(
            "label",
            "autostart",
            "debug",
            "template_for_dispvms",
            "default_user",
            "unix_user",
            "agent",
            "peer",
            "remote_name",
            "transport_rpc",
            "relayvm",
            "template",
            "default_dispvm",
            "guivm",
            "include_in_backups");
    private static final List<String> VALUES =
            List.of("", "True", "False", "red", "mauve", "none", "vchan", "qubesair.SSHProxy", "user-1", "x.y");

    private final Random random = new Random();

    @Property(tries = 25)
    void an_export_brings_everything_back(@ForAll long seed) throws Exception {
        random.setSeed(seed);
        Path directory = Files.createTempDirectory("qair-exchange");
        try (Registry one = Registry.open(directory.resolve("one.db"));
                Registry other = Registry.open(directory.resolve("other.db"))) {
            fill(one);
            String text = QubesExport.ofAll(one.snapshot());
            QubesFile file = QubesFile.read("f", text.getBytes(StandardCharsets.UTF_8));
            assertThat(QubesImport.run(file, one, Mode.PREVIEW)).isEmpty();
            QubesImport.run(file, other, Mode.APPLY);
            assertThat(Content.of(other.snapshot())).isEqualTo(Content.of(one.snapshot()));
            assertThat(file.system().qubes()).containsExactlyInAnyOrderElementsOf(withoutStates(one.snapshot()));

            other.change(draft -> spoil(draft, other.snapshot()));
            QubesImport.run(file, other, Mode.APPLY);
            assertThat(Content.of(other.snapshot())).isEqualTo(Content.of(one.snapshot()));
            assertThat(QubesExport.ofAll(other.snapshot())).isEqualTo(text);
        } finally {
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    /** What policy knows, as if every agent were there: a file says nothing of agents. */
    private static List<Qube> withoutStates(RegistrySnapshot snapshot) {
        return RegistrySnapshot.ofUnchecked(
                        snapshot.qubes().stream()
                                .map(qube -> new QubeRecord(
                                        qube.name(),
                                        qube.uuid(),
                                        qube.qid(),
                                        qube.klass(),
                                        qube.properties(),
                                        qube.tags(),
                                        qube.features(),
                                        AgentState.CONNECTED))
                                .toList(),
                        globals(snapshot))
                .systemInfo()
                .qubes()
                .stream()
                .toList();
    }

    private static Map<String, String> globals(RegistrySnapshot snapshot) {
        Map<String, String> globals = new TreeMap<>();
        snapshot.hostProperties().own().forEach((name, value) -> globals.put(name, value.value()));
        return globals;
    }

    private void fill(Registry registry) throws RegistryException {
        registry.change(draft -> {
            draft.createLabel("mauve", "0xe0b0ff");
            for (String name : NAMES) {
                QubeType[] classes = QubeType.values();
                attempt(() -> draft.create(
                        classes[1 + random.nextInt(classes.length - 1)],
                        new QubeName(name),
                        random.nextBoolean() ? "red" : "mauve"));
            }
            for (int i = 0; i < 80; i++) {
                attempt(() -> step(draft));
            }
        });
    }

    private interface Step {
        void run() throws RegistryException;
    }

    private static void attempt(Step step) {
        try {
            step.run();
        } catch (RegistryException refused) {
            assertThat(refused).hasMessageNotContaining("null");
        }
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private void step(RegistryDraft draft) throws RegistryException {
        QubeName name = random.nextInt(8) == 0 ? QubeName.DOM0 : new QubeName(one(NAMES));
        switch (random.nextInt(5)) {
            case 0 -> draft.addTag(name, "t" + random.nextInt(5));
            case 1 -> draft.setFeature(name, one(List.of("internal", "service.x", "vm-config.y", "a/b")), printable());
            case 2 -> draft.setGlobal(one(List.of("default_dispvm", "default_guivm")), one(NAMES));
            default -> draft.setProperty(name, one(PROPERTIES), random.nextBoolean() ? one(VALUES) : one(NAMES));
        }
    }

    private String printable() {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append((char) (' ' + random.nextInt(95)));
        }
        return text.toString();
    }

    private void spoil(RegistryDraft draft, RegistrySnapshot now) {
        for (QubeRecord qube : now.qubes()) {
            attempt(() -> draft.addTag(qube.name(), "spoilt"));
            attempt(() -> draft.setFeature(qube.name(), "spoilt", "1"));
            attempt(() -> draft.setProperty(qube.name(), one(PROPERTIES), one(VALUES)));
        }
        attempt(() -> draft.setGlobal("default_guivm", one(NAMES)));
    }
}
