package org.qair.registry.admin;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** Qubes as such: list, create, remove, and the stream of events. */
final class QubeMethods {
    private static final Set<String> CREATE_PARAMETERS = Set.of("name", "label");

    private QubeMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.vmclass.List",
                new AdminMethod(Takes.NONE, Takes.NONE, Destination.DOM0, QubeMethods::listClasses));
        methods.put("admin.vm.List", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::listQubes));
        methods.put("admin.vm.Remove", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::remove));
        methods.put("admin.Events", new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, QubeMethods::events));
        for (QubeType klass : QubeType.values()) {
            methods.put(
                    "admin.vm.Create." + klass,
                    new AdminMethod(Takes.ANY, Takes.SOME, Destination.DOM0, question -> create(question, klass)));
        }
    }

    private static AdminAnswer listClasses(Question question) {
        return lines(
                Arrays.stream(QubeType.values()).map(QubeType::name).sorted().toList());
    }

    private static AdminAnswer listQubes(Question question) {
        Collection<QubeRecord> qubes = question.destination().isAdminVm()
                ? question.registry().snapshot().qubes()
                : List.of(question.destination());
        StringBuilder listing = new StringBuilder();
        for (QubeRecord qube : qubes) {
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

    private static AdminAnswer create(Question question, QubeType klass)
            throws RegistryException, MalformedCallException {
        Map<String, String> parameters = parameters(question.payload());
        QubeName name = name(parameters.getOrDefault("name", ""));
        String label = parameters.getOrDefault("label", "");
        question.registry().change(draft -> {
            draft.create(klass, name, label);
            draft.markCreator(name, question.source().name());
            if (!question.argument().isEmpty()) {
                draft.setProperty(name, "template", question.argument());
            }
        });
        return AdminAnswer.Ok.of("");
    }

    private static Map<String, String> parameters(String payload) throws MalformedCallException {
        Map<String, String> parameters = new HashMap<>();
        for (String word : payload.split(" ", -1)) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? "" : word.substring(0, equals);
            if (!CREATE_PARAMETERS.contains(key)) {
                throw new MalformedCallException("a parameter that is neither name= nor label=");
            }
            if (parameters.put(key, word.substring(equals + 1)) != null) {
                throw new MalformedCallException("parameter %s= is given twice".formatted(key));
            }
        }
        if (!parameters.keySet().equals(CREATE_PARAMETERS)) {
            throw new MalformedCallException("name= or label= is missing");
        }
        return parameters;
    }

    private static QubeName name(String text) throws RegistryException {
        try {
            return new QubeName(text);
        } catch (InvalidNameException invalid) {
            throw new RegistryException(RegistryError.QubesValueError, String.valueOf(invalid.getMessage()));
        }
    }

    private static AdminAnswer remove(Question question) throws RegistryException {
        if (question.destination().isAdminVm()) {
            throw new RegistryException(RegistryError.QubesVMInUseError, "`dom0` is the host itself");
        }
        question.registry().change(draft -> draft.remove(question.destination().name()));
        return AdminAnswer.Ok.of("");
    }

    private static AdminAnswer events(Question question) {
        Optional<QubeName> only = question.destination().isAdminVm()
                ? Optional.empty()
                : Optional.of(question.destination().name());
        return new AdminAnswer.Events(new AdminEvents(question.registry(), only));
    }

    /** Each on a line of its own. */
    static AdminAnswer lines(Collection<String> lines) {
        return AdminAnswer.Ok.of(lines.stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}
