package org.qair.registry.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code admin.vm.feature.*}. */
final class FeatureMethods {
    private static final String PREFIX = "admin.vm.feature.";

    private FeatureMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                PREFIX + "List",
                new AdminMethod(
                        Takes.NONE,
                        Takes.NONE,
                        Destination.ANY,
                        question -> QubeMethods.lines(
                                question.destination().features().keySet())));
        methods.put(PREFIX + "Set", new AdminMethod(Takes.SOME, Takes.ANY, Destination.ANY, FeatureMethods::set));
        methods.put(
                PREFIX + "Remove", new AdminMethod(Takes.SOME, Takes.NONE, Destination.ANY, FeatureMethods::remove));
        addCheck(methods, "Get", false, false);
        addCheck(methods, "CheckWithTemplate", true, false);
        addCheck(methods, "CheckWithNetvm", false, false);
        addCheck(methods, "CheckWithAdminVM", false, true);
        addCheck(methods, "CheckWithTemplateAndAdminVM", true, true);
    }

    private static void addCheck(Map<String, AdminMethod> methods, String name, boolean template, boolean adminVm) {
        methods.put(
                PREFIX + name,
                new AdminMethod(
                        Takes.SOME, Takes.NONE, Destination.ANY, question -> check(question, template, adminVm)));
    }

    /** The value that the qube has, else the first of those that it takes its features from. */
    private static AdminAnswer check(Question question, boolean template, boolean adminVm) throws RegistryException {
        String feature = question.argument();
        RegistrySnapshot snapshot = question.registry().snapshot();
        List<QubeRecord> holders = new ArrayList<>(List.of(question.destination()));
        if (template) {
            addTemplates(holders, snapshot);
        }
        if (adminVm) {
            holders.add(snapshot.get(QubeName.DOM0));
        }
        Optional<String> value = holders.stream()
                .filter(qube -> qube.features().containsKey(feature))
                .findFirst()
                .map(qube -> qube.features().get(feature));
        return AdminAnswer.Ok.of(value.orElseThrow(() -> new RegistryException(
                RegistryError.QubesFeatureNotFoundError,
                "feature not set for qube `%s`: `%s`"
                        .formatted(question.destination().name(), Printable.of(feature)))));
    }

    /** A disposable's template has a template itself; there the chain ends. */
    private static void addTemplates(List<QubeRecord> holders, RegistrySnapshot snapshot) {
        Optional<QubeRecord> next = template(holders.getFirst(), snapshot);
        while (next.isPresent() && !holders.contains(next.get())) {
            holders.add(next.get());
            next = template(next.get(), snapshot);
        }
    }

    private static Optional<QubeRecord> template(QubeRecord qube, RegistrySnapshot snapshot) {
        return qube.template().flatMap(snapshot::find);
    }

    private static AdminAnswer set(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        question.registry().change(draft -> draft.setFeature(qube, question.argument(), question.payload()));
        return AdminAnswer.Ok.of("");
    }

    private static AdminAnswer remove(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        question.registry().change(draft -> draft.removeFeature(qube, question.argument()));
        return AdminAnswer.Ok.of("");
    }
}
