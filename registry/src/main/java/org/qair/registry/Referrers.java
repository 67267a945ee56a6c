package org.qair.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/** Finds who refers to a qube. */
final class Referrers {
    private static final int SHOWN = 20;

    private final Map<QubeName, QubeRecord> qubes;
    private final Map<String, String> global;
    private final OtherReferrers others;

    Referrers(Map<QubeName, QubeRecord> qubes, Map<String, String> global, OtherReferrers others) {
        this.qubes = qubes;
        this.global = global;
        this.others = others;
    }

    /** Throws {@code QubesVMInUseError} with the list of those who name the qube, if there are any but itself. */
    void refuseRename(QubeRecord qube) throws RegistryException {
        refuse(qube.name(), "renamed", find(qube.name()));
    }

    /** The same with those who know it by its UUID. */
    void refuseRemoval(QubeRecord qube) throws RegistryException {
        List<String> found = find(qube.name());
        found.addAll(others.to(qube.uuid()));
        refuse(qube.name(), "removed", found);
    }

    /** Throws {@code QubesVMInUseError} if there are disposables made of the qube, which therefore stays a template for them. */
    void refuseNoTemplate(QubeRecord qube) throws RegistryException {
        List<String> made = qubes.values().stream()
                .filter(one -> one.klass() == QubeType.DispVM)
                .filter(one -> one.template().filter(qube.name()::equals).isPresent())
                .map(one -> "`" + one.name() + "`")
                .toList();
        if (!made.isEmpty()) {
            throw new RegistryException(
                    RegistryError.QubesVMInUseError,
                    "template_for_dispvms of `%s` can't be False: it is the template of %s"
                            .formatted(qube.name(), String.join(", ", made)));
        }
    }

    private static void refuse(QubeName name, String done, List<String> found) throws RegistryException {
        if (!found.isEmpty()) {
            List<String> shown = found.subList(0, Math.min(SHOWN, found.size()));
            String more = found.size() > SHOWN ? " and %d more".formatted(found.size() - SHOWN) : "";
            throw new RegistryException(
                    RegistryError.QubesVMInUseError,
                    "qube `%s` can't be %s: it is in use as %s%s"
                            .formatted(name, done, String.join(", ", shown), more));
        }
    }

    private List<String> find(QubeName name) {
        List<String> found = new ArrayList<>();
        for (QubeRecord qube : qubes.values()) {
            for (PropertyDefinition definition : PropertyTable.of(qube.klass())) {
                if (definition.type() == PropertyType.VM
                        && name.value().equals(qube.properties().get(definition.name()))
                        && !qube.name().equals(name)) {
                    found.add("%s of `%s`".formatted(definition.name(), qube.name()));
                }
            }
        }
        found.sort(null);
        global.forEach((property, value) -> {
            if (value.equals(name.value())) {
                found.add(property + " of the host");
            }
        });
        found.addAll(others.to(name));
        return found;
    }
}
