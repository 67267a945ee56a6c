package org.qair.registry;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Changes of the labels. */
final class LabelDraft {
    private LabelDraft() {}

    static Label create(Map<String, Label> labels, String name, String color) throws RegistryException {
        Rules.requireLabelForm(name, color);
        if (labels.containsKey(name)) {
            throw new RegistryException(RegistryError.QubesValueError, "there is already a label `" + name + "`");
        }
        int index = labels.values().stream().mapToInt(Label::index).max().orElse(0) + 1;
        Label label = new Label(index, color, name);
        labels.put(name, label);
        return label;
    }

    static Label remove(Map<String, Label> labels, String name, Collection<QubeRecord> qubes) throws RegistryException {
        Label label = Rules.label(labels, name);
        if (label.isBuiltIn()) {
            throw inUse("label `%s` is one of the host's own".formatted(name));
        }
        List<String> carriers = qubes.stream()
                .filter(qube -> qube.label().equals(name))
                .map(qube -> "`" + qube.name() + "`")
                .sorted()
                .toList();
        if (!carriers.isEmpty()) {
            throw inUse("label `%s` is in use by %s".formatted(name, String.join(", ", carriers)));
        }
        labels.remove(name);
        return label;
    }

    private static RegistryException inUse(String message) {
        return new RegistryException(RegistryError.QubesLabelInUseError, message);
    }
}
