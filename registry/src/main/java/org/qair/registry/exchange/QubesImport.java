package org.qair.registry.exchange;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.registry.Label;
import org.qair.registry.PropertyType;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryDraft;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.exchange.QubesFile.QubeEntry;
import org.qair.registry.exchange.QubesFile.Value;

/**
 * Brings a registry to what a file says, whole or not at all: each qube that the file names is afterwards as it is there, with
 * defaults for what is not there; other qubes stay as they are. Qubes are known by their names.
 */
public final class QubesImport {
    private static final String RELAY_TAG = "relayvm-";
    private static final String CREATOR_TAG = "created-by-";

    private final QubesFile file;
    private final RegistryDraft draft;
    private final Set<String> faults = new LinkedHashSet<>();
    private Optional<RegistryError> firstError = Optional.empty();

    private QubesImport(QubesFile file, RegistryDraft draft) {
        this.file = file;
        this.draft = draft;
    }

    /** What an import does. */
    public enum Mode {
        /** Says what would change. */
        PREVIEW,
        /** Changes it. */
        APPLY,
        /** The same, and refuses qubes that are there already. */
        NEW
    }

    /**
     * Imports a file.
     *
     * @return what became different, a line a fact; with {@link Mode#PREVIEW} what would
     * @throws RegistryException when a rule forbids it, with every reason and its {@code file:line}; nothing has changed then
     */
    public static List<String> run(QubesFile file, Registry registry, Mode mode) throws RegistryException {
        AtomicReference<RegistrySnapshot> before = new AtomicReference<>(registry.snapshot());
        Registry.Edit edit = draft -> {
            before.set(registry.snapshot()); // nobody else changes it meanwhile
            new QubesImport(file, draft).apply(mode == Mode.NEW);
        };
        RegistrySnapshot after = mode == Mode.PREVIEW ? registry.preview(edit) : registry.change(edit);
        return QubesDiff.of(before.get(), after);
    }

    private interface Step {
        void run() throws RegistryException;
    }

    private void attempt(String place, Step step) {
        try {
            step.run();
        } catch (RegistryException refused) {
            faults.add(place + ": " + refused.getMessage());
            firstError = firstError.or(() -> Optional.of(refused.error()));
        } catch (InvalidNameException invalid) {
            faults.add(place + ": " + invalid.getMessage());
            firstError = firstError.or(() -> Optional.of(RegistryError.QubesValueError));
        }
    }

    /** Qubes before what refers to them, plain properties before references, which depend on them. */
    private void apply(boolean onlyNew) throws RegistryException {
        file.labels().forEach((name, color) -> attempt(color.place(), () -> label(name, color.text())));
        for (QubeEntry qube : file.qubes()) {
            attempt(qube.place(), () -> create(qube, onlyNew));
        }
        List<QubeEntry> there = file.qubes().stream()
                .filter(qube -> draft.find(qube.name())
                        .filter(known -> known.klass() == qube.klass())
                        .isPresent())
                .toList();
        there.forEach(qube -> properties(qube, false));
        there.forEach(qube -> properties(qube, true));
        file.host().ifPresent(this::host);
        for (QubeEntry qube : there) {
            tags(qube);
            features(qube);
        }
        if (!faults.isEmpty()) {
            throw new RegistryException(firstError.orElseThrow(), QubesFileException.text(List.copyOf(faults)));
        }
    }

    private void label(String name, String color) throws RegistryException {
        Optional<Label> known = draft.label(name);
        if (known.isEmpty()) {
            draft.createLabel(name, color);
        } else if (!known.get().color().equals(color)) {
            throw refusal("label `%s` has color %s here, not %s"
                    .formatted(name, known.get().color(), color));
        }
    }

    private void create(QubeEntry qube, boolean onlyNew) throws RegistryException {
        Optional<QubeRecord> known = draft.find(qube.name());
        if (known.isEmpty()) {
            Value label = qube.properties().get("label");
            draft.create(
                    qube.klass(),
                    qube.name(),
                    label == null ? "red" : label.text(),
                    qube.uuid().orElseGet(UUID::randomUUID));
        } else if (onlyNew && !known.get().isAdminVm()) {
            throw new RegistryException(
                    RegistryError.QubesVMAlreadyExistsError, "there is already a qube `%s`".formatted(qube.name()));
        } else if (known.get().klass() != qube.klass()) {
            throw refusal("qube `%s` is of class %s here and can't become one of class %s"
                    .formatted(qube.name(), known.get().klass(), qube.klass()));
        } else if (qube.uuid().filter(uuid -> !uuid.equals(known.get().uuid())).isPresent()) {
            throw refusal("qube `%s` is another one here: its uuid is %s; remove or rename it first"
                    .formatted(qube.name(), known.get().uuid()));
        }
    }

    private void properties(QubeEntry qube, boolean references) {
        Set<String> names = new TreeSet<>(qube.properties().keySet());
        draft.find(qube.name())
                .ifPresent(known -> names.addAll(known.properties().keySet()));
        names.remove(qube.properties().containsKey("label") ? "" : "label");
        for (String property : names) {
            Value value = qube.properties().get(property);
            attempt(value == null ? qube.place() : value.place(), () -> {
                if ((draft.typeOf(qube.name(), property) == PropertyType.VM) == references) {
                    set(qube.name(), property, value);
                }
            });
        }
    }

    private void set(QubeName qube, String property, @Nullable Value value) throws RegistryException {
        if (value == null) {
            draft.resetProperty(qube, property);
        } else {
            draft.setProperty(qube, property, value.text());
        }
    }

    private void host(SortedMap<String, Value> properties) {
        for (String property : draft.setOfHost()) {
            if (!properties.containsKey(property)) {
                attempt("[host]", () -> draft.resetGlobal(property));
            }
        }
        properties.forEach((property, value) -> attempt(value.place(), () -> draft.setGlobal(property, value.text())));
    }

    private void tags(QubeEntry qube) {
        Set<String> known = Set.copyOf(draft.find(qube.name()).orElseThrow().tags());
        for (Map.Entry<String, Value> tag : qube.tags().entrySet()) {
            if (!known.contains(tag.getKey())) {
                attempt(tag.getValue().place(), () -> addTag(qube.name(), tag.getKey()));
            }
        }
        for (String tag : known) {
            if (!qube.tags().containsKey(tag) && !tag.startsWith(RELAY_TAG) && !tag.startsWith(CREATOR_TAG)) {
                attempt(qube.place(), () -> draft.removeTag(qube.name(), tag));
            }
        }
    }

    private void addTag(QubeName qube, String tag) throws RegistryException {
        if (tag.startsWith(CREATOR_TAG)) {
            draft.markCreator(qube, new QubeName(tag.substring(CREATOR_TAG.length())));
        } else {
            draft.addTag(qube, tag);
        }
    }

    private void features(QubeEntry qube) {
        Set<String> known =
                Set.copyOf(draft.find(qube.name()).orElseThrow().features().keySet());
        qube.features()
                .forEach((feature, value) ->
                        attempt(value.place(), () -> draft.setFeature(qube.name(), feature, value.text())));
        for (String feature : known) {
            if (!qube.features().containsKey(feature)) {
                attempt(qube.place(), () -> draft.removeFeature(qube.name(), feature));
            }
        }
    }

    private static RegistryException refusal(String message) {
        return new RegistryException(RegistryError.QubesValueError, message);
    }
}
