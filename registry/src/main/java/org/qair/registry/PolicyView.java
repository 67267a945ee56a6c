package org.qair.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.Qube;
import org.qair.policy.SystemInfo;

/** The registry as policy sees it. */
final class PolicyView {
    private PolicyView() {}

    static Collection<Qube> of(Collection<QubeRecord> qubes, Map<String, String> global) {
        return qubes.stream().map(qube -> of(qube, global)).toList();
    }

    /** The same where only some qubes differ from what policy knew before. */
    static Collection<Qube> of(
            Collection<QubeRecord> qubes, Map<String, String> global, SystemInfo before, Set<UUID> touched) {
        List<Qube> view = new ArrayList<>(qubes.size());
        for (QubeRecord qube : qubes) {
            view.add(
                    touched.contains(qube.uuid())
                            ? of(qube, global)
                            : before.find(qube.name()).orElseGet(() -> of(qube, global)));
        }
        return view;
    }

    private static Qube of(QubeRecord qube, Map<String, String> global) {
        return new Qube(
                qube.name(),
                qube.klass(),
                qube.uuid(),
                qube.tags(),
                Properties.reference(qube, "default_dispvm", global),
                qube.flag("template_for_dispvms"),
                isInternal(qube),
                qube.powerState(),
                qube.icon(),
                Properties.reference(qube, "guivm", global),
                qube.relayvm(),
                qube.transportRpc());
    }

    /** The field's convention for flags among features: there and not empty means yes. */
    private static boolean isInternal(QubeRecord qube) {
        return !qube.features().getOrDefault("internal", "").isEmpty();
    }
}
