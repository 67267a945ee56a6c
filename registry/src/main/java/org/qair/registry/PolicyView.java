package org.qair.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.Qube;
import org.qair.policy.SystemInfo;

/** The registry as policy sees it. */
final class PolicyView {
    private PolicyView() {}

    static Collection<Qube> of(Surroundings host) {
        return host.qubes().values().stream().map(qube -> of(qube, host)).toList();
    }

    /** The same where only some qubes differ from what policy knew before, and what it knows of one depends on no other. */
    static Collection<Qube> of(Surroundings host, SystemInfo before, Set<UUID> touched) {
        List<Qube> view = new ArrayList<>(host.qubes().size());
        for (QubeRecord qube : host.qubes().values()) {
            view.add(
                    touched.contains(qube.uuid())
                            ? of(qube, host)
                            : before.find(qube.name()).orElseGet(() -> of(qube, host)));
        }
        return view;
    }

    private static Qube of(QubeRecord qube, Surroundings host) {
        return new Qube(
                qube.name(),
                qube.klass(),
                qube.uuid(),
                qube.tags(),
                Properties.reference(qube, "default_dispvm", host),
                qube.flag("template_for_dispvms"),
                isInternal(qube),
                qube.powerState(),
                qube.icon(),
                Properties.reference(qube, "guivm", host),
                qube.relayvm(),
                qube.transportRpc());
    }

    /** The field's convention for flags among features: there and not empty means yes. */
    private static boolean isInternal(QubeRecord qube) {
        return !qube.features().getOrDefault("internal", "").isEmpty();
    }
}
