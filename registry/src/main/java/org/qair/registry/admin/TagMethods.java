package org.qair.registry.admin;

import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code admin.vm.tag.*}. */
final class TagMethods {
    private TagMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.vm.tag.List",
                new AdminMethod(
                        Takes.NONE,
                        Takes.NONE,
                        Destination.ANY,
                        question -> QubeMethods.lines(question.destination().tags())));
        methods.put("admin.vm.tag.Get", new AdminMethod(Takes.SOME, Takes.NONE, Destination.ANY, TagMethods::get));
        methods.put("admin.vm.tag.Set", new AdminMethod(Takes.SOME, Takes.NONE, Destination.ANY, TagMethods::set));
        methods.put(
                "admin.vm.tag.Remove", new AdminMethod(Takes.SOME, Takes.NONE, Destination.ANY, TagMethods::remove));
    }

    private static AdminAnswer get(Question question) {
        return AdminAnswer.Ok.of(question.destination().tags().contains(question.argument()) ? "1" : "0");
    }

    private static AdminAnswer set(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        question.registry().change(draft -> draft.addTag(qube, question.argument()));
        return AdminAnswer.Ok.of("");
    }

    private static AdminAnswer remove(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        question.registry().change(draft -> draft.removeTag(qube, question.argument()));
        return AdminAnswer.Ok.of("");
    }
}
