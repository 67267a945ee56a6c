package org.qair.registry.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/**
 * {@code qair.Change+QUBE}: several changes of one qube that are made together or not at all, for the commands of this host. Its payload is
 * lines, each a change: {@code create CLASS LABEL}, {@code set PROPERTY VALUE}, {@code reset PROPERTY}, {@code tag TAG}, {@code untag TAG}. It is
 * no method of the field and on no socket but that of the owner.
 */
final class ChangeMethod {
    static final String NAME = "qair.Change";

    private ChangeMethod() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(NAME, new AdminMethod(Takes.SOME, Takes.SOME, Destination.DOM0, ChangeMethod::change));
    }

    private static AdminAnswer change(Question question) throws RegistryException, MalformedCallException {
        QubeName qube = name(question.argument());
        List<Registry.Edit> edits = new ArrayList<>();
        for (String line : question.payload().split("\n", -1)) {
            edits.add(edit(question.source().name(), qube, line.split(" ", 3)));
        }
        question.registry().change(draft -> {
            for (Registry.Edit edit : edits) {
                edit.apply(draft);
            }
        });
        return AdminAnswer.Ok.of("");
    }

    private static Registry.Edit edit(QubeName source, QubeName qube, String[] words)
            throws RegistryException, MalformedCallException {
        String last = words[words.length - 1];
        return switch (words[0] + " " + words.length) {
            case "create 3" -> {
                QubeType klass = klass(words[1]);
                yield draft -> {
                    draft.create(klass, qube, last);
                    draft.markCreator(qube, source);
                };
            }
            case "set 3" -> draft -> draft.setProperty(qube, words[1], last);
            case "reset 2" -> draft -> draft.resetProperty(qube, last);
            case "tag 2" -> draft -> draft.addTag(qube, last);
            case "untag 2" -> draft -> draft.removeTag(qube, last);
            default ->
                throw new MalformedCallException("`%s` is no change".formatted(Printable.of(String.join(" ", words))));
        };
    }

    private static QubeType klass(String text) throws RegistryException {
        for (QubeType klass : QubeType.values()) {
            if (klass.name().equals(text)) {
                return klass;
            }
        }
        throw new RegistryException(
                RegistryError.QubesValueError,
                "there is no class `%s`; there are AppVM, StandaloneVM, TemplateVM, DispVM and RemoteVM"
                        .formatted(Printable.of(text)));
    }

    private static QubeName name(String text) throws RegistryException {
        try {
            return new QubeName(text);
        } catch (InvalidNameException invalid) {
            throw new RegistryException(RegistryError.QubesValueError, String.valueOf(invalid.getMessage()));
        }
    }
}
