package org.qair.registry.admin;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** Qubes as such: list, remove, and the stream of events. */
final class QubeMethods {
    private QubeMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.vmclass.List",
                new AdminMethod(Takes.NONE, Takes.NONE, Destination.DOM0, QubeMethods::listClasses));
        methods.put("admin.vm.List", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::listQubes));
        methods.put("admin.vm.Remove", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::remove));
        methods.put("admin.Events", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::events));
    }

    private static AdminAnswer listClasses(Question question) {
        return lines(
                Arrays.stream(QubeType.values()).map(QubeType::name).sorted().toList());
    }

    private static AdminAnswer listQubes(Question question) {
        RegistrySnapshot snapshot = question.registry().snapshot();
        Collection<QubeRecord> qubes =
                question.destination().isAdminVm() ? snapshot.qubes() : List.of(question.destination());
        StringBuilder listing = new StringBuilder();
        for (QubeRecord qube : qubes) {
            if (!question.view().shows(snapshot, qube)) {
                continue;
            }
            listing.append(qube.name())
                    .append(" class=")
                    .append(qube.klass())
                    .append(" state=")
                    .append(qube.powerState())
                    .append(" uuid=")
                    .append(qube.uuid());
            qube.agent().ifPresent(state -> listing.append(" agent=").append(state));
            listing.append('\n');
        }
        return AdminAnswer.Ok.of(listing.toString());
    }

    private static AdminAnswer remove(Question question) throws RegistryException {
        if (question.destination().isAdminVm()) {
            throw new RegistryException(RegistryError.QubesVMInUseError, "`dom0` is the host itself");
        }
        question.registry().change(draft -> draft.remove(question.destination().name()));
        return AdminAnswer.Ok.of("");
    }

    private static AdminAnswer events(Question question) {
        return new AdminAnswer.Events(
                question.destination().isAdminVm()
                        ? AdminEvents.ofAll(question.registry(), question.view())
                        : AdminEvents.of(question.registry(), question.view(), question.destination()));
    }

    /** Each on a line of its own. */
    static AdminAnswer lines(Collection<String> lines) {
        return AdminAnswer.Ok.of(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}
