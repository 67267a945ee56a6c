package org.qair.registry.admin;

import java.util.Map;
import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.registry.PropertyDescription;
import org.qair.registry.PropertyHolder;
import org.qair.registry.PropertyValue;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code admin.vm.property.*} for qubes and {@code admin.property.*} for the host itself. */
final class PropertyMethods {
    private final boolean ofQubes;

    private PropertyMethods(boolean ofQubes) {
        this.ofQubes = ofQubes;
    }

    static void addTo(Map<String, AdminMethod> methods) {
        new PropertyMethods(true).add(methods, "admin.vm.property.", Destination.ANY);
        new PropertyMethods(false).add(methods, "admin.property.", Destination.DOM0);
    }

    private void add(Map<String, AdminMethod> methods, String prefix, Destination where) {
        methods.put(prefix + "List", new AdminMethod(Takes.NONE, Takes.NONE, where, this::list));
        methods.put(prefix + "GetAll", new AdminMethod(Takes.NONE, Takes.NONE, where, this::getAll));
        methods.put(prefix + "Get", new AdminMethod(Takes.SOME, Takes.NONE, where, this::get));
        methods.put(prefix + "GetDefault", new AdminMethod(Takes.SOME, Takes.NONE, where, this::getDefault));
        methods.put(prefix + "Help", new AdminMethod(Takes.SOME, Takes.NONE, where, this::help));
        methods.put(prefix + "Set", new AdminMethod(Takes.SOME, Takes.ANY, where, this::set));
        methods.put(prefix + "Reset", new AdminMethod(Takes.SOME, Takes.NONE, where, this::reset));
    }

    private AdminAnswer list(Question question) throws RegistryException {
        return QubeMethods.lines(holder(question).names());
    }

    private AdminAnswer getAll(Question question) throws RegistryException {
        PropertyHolder holder = holder(question);
        StringBuilder all = new StringBuilder();
        for (String name : holder.names()) {
            String value = serialized(holder.value(name)).replace("\\", "\\\\").replace("\n", "\\n");
            all.append(name).append(' ').append(value).append('\n');
        }
        return AdminAnswer.Ok.of(all.toString());
    }

    private AdminAnswer get(Question question) throws RegistryException {
        return AdminAnswer.Ok.of(serialized(holder(question).value(question.argument())));
    }

    private static String serialized(PropertyValue value) {
        return "default=%s type=%s %s".formatted(value.isDefault() ? "True" : "False", value.type(), value.value());
    }

    private AdminAnswer getDefault(Question question) throws RegistryException {
        PropertyDescription description = holder(question).description(question.argument());
        Optional<String> fallback = description.fallback();
        return AdminAnswer.Ok.of(fallback.map(value -> "type=%s %s".formatted(description.type(), value))
                .orElse(""));
    }

    private AdminAnswer help(Question question) throws RegistryException {
        return AdminAnswer.Ok.of(
                holder(question).description(question.argument()).help());
    }

    private AdminAnswer set(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        String property = question.argument();
        question.registry().change(draft -> {
            if (ofQubes) {
                draft.setProperty(qube, property, question.payload());
            } else {
                draft.setGlobal(property, question.payload());
            }
        });
        return AdminAnswer.Ok.of("");
    }

    private AdminAnswer reset(Question question) throws RegistryException {
        QubeName qube = question.destination().name();
        String property = question.argument();
        question.registry().change(draft -> {
            if (ofQubes) {
                draft.resetProperty(qube, property);
            } else {
                draft.resetGlobal(property);
            }
        });
        return AdminAnswer.Ok.of("");
    }

    private PropertyHolder holder(Question question) throws RegistryException {
        return ofQubes
                ? question.registry()
                        .snapshot()
                        .properties(question.destination().name())
                : question.registry().snapshot().hostProperties();
    }
}
