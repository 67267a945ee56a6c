package org.qair.registry.admin;

import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistrySnapshot;

/** What one source may be shown. dom0 sees everything. */
record View(QubeName source, Permission permission) {
    private static final String LIST = "admin.vm.List";
    private static final String EVENTS = "admin.Events";

    /** Whether a list shows it the qube. */
    boolean shows(RegistrySnapshot snapshot, QubeRecord qube) {
        return allows(
                snapshot, new ServiceName(LIST, Optional.of("")), qube.name().value());
    }

    /** Whether it hears of an event; to policy the event's name is the argument, and the qube that it is about the target. */
    boolean shows(RegistrySnapshot snapshot, AdminEvent event) {
        String argument = event.name().replaceAll("[^A-Za-z0-9_.+-]", "_");
        return allows(snapshot, new ServiceName(EVENTS, Optional.of(argument)), event.about());
    }

    private boolean allows(RegistrySnapshot snapshot, ServiceName service, String target) {
        return source.equals(QubeName.DOM0)
                || permission.allows(
                        snapshot.systemInfo(),
                        new Request(source, Optional.empty(), RequestedTarget.parse(target), service));
    }
}
