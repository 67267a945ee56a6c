package org.qair.registry.admin;

import java.util.Map;
import org.qair.policy.Printable;
import org.qair.registry.Label;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code admin.label.*}. */
final class LabelMethods {
    private LabelMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.label.List",
                new AdminMethod(
                        Takes.NONE,
                        Takes.NONE,
                        Destination.DOM0,
                        question -> QubeMethods.lines(question.registry().snapshot().labels().stream()
                                .map(Label::name)
                                .toList())));
        methods.put(
                "admin.label.Get",
                new AdminMethod(
                        Takes.SOME,
                        Takes.NONE,
                        Destination.DOM0,
                        question -> AdminAnswer.Ok.of(label(question).color())));
        methods.put(
                "admin.label.Index",
                new AdminMethod(
                        Takes.SOME,
                        Takes.NONE,
                        Destination.DOM0,
                        question -> AdminAnswer.Ok.of(
                                Integer.toString(label(question).index()))));
        methods.put(
                "admin.label.Create", new AdminMethod(Takes.SOME, Takes.SOME, Destination.DOM0, LabelMethods::create));
        methods.put(
                "admin.label.Remove", new AdminMethod(Takes.SOME, Takes.NONE, Destination.DOM0, LabelMethods::remove));
    }

    private static Label label(Question question) throws RegistryException {
        return question.registry()
                .snapshot()
                .label(question.argument())
                .orElseThrow(() -> new RegistryException(
                        RegistryError.QubesLabelNotFoundError,
                        "label does not exist: `%s`".formatted(Printable.of(question.argument()))));
    }

    private static AdminAnswer create(Question question) throws RegistryException {
        question.registry()
                .change(draft -> draft.createLabel(
                        question.argument(), question.payload().strip()));
        return AdminAnswer.Ok.of("");
    }

    private static AdminAnswer remove(Question question) throws RegistryException {
        question.registry().change(draft -> draft.removeLabel(question.argument()));
        return AdminAnswer.Ok.of("");
    }
}
