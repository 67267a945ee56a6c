package org.qair.registry.admin;

import java.util.Map;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Takes;

/**
 * What the field's tools ask about virtual machines whatever qubes there are: volumes, pools, classes of devices, load. A host keeps
 * none of these, so the lists are empty and no measurement ever comes.
 */
final class MachineMethods {
    private MachineMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put("admin.vm.volume.List", empty(Destination.ANY));
        methods.put("admin.pool.List", empty(Destination.DOM0));
        methods.put("admin.deviceclass.List", empty(Destination.DOM0));
        methods.put(
                "admin.vm.Stats",
                new AdminMethod(
                        Takes.NONE,
                        Takes.NONE,
                        Destination.ANY,
                        question -> new AdminAnswer.Events(AdminEvents.none())));
    }

    private static AdminMethod empty(Destination destination) {
        return new AdminMethod(Takes.NONE, Takes.NONE, destination, question -> AdminAnswer.Ok.of(""));
    }
}
