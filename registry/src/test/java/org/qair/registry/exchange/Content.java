package org.qair.registry.exchange;

import java.util.List;
import org.qair.registry.RegistrySnapshot;

/** All of a registry that can be compared with another one's. */
final class Content {
    private Content() {}

    static List<Object> of(RegistrySnapshot snapshot) {
        return List.of(
                snapshot.labels(),
                snapshot.hostProperties().own(),
                snapshot.qubes().stream()
                        .map(qube -> List.of(
                                qube.name(),
                                qube.uuid(),
                                qube.klass(),
                                qube.properties(),
                                qube.tags(),
                                qube.features()))
                        .toList());
    }
}
