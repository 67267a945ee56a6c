package org.qair.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qair.policy.Qube;
import org.qair.policy.SystemInfo;

/** The registry as policy sees it. */
final class PolicyView {
    private PolicyView() {}

    static SystemInfo of(RegistrySnapshot snapshot) {
        List<Qube> qubes = new ArrayList<>(snapshot.qubes().size());
        snapshot.qubes().forEach(qube -> qubes.add(of(qube, snapshot.global())));
        return new SystemInfo(qubes);
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
