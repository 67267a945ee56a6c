package org.qair.registry.admin;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/** {@code admin.vm.Create.CLASS} and {@code admin.vm.CreateInPool.CLASS}, whose argument is a template. */
final class CreateMethods {
    /** A qube's feature: the tags, between spaces, that qubes get which it makes. */
    private static final String TAG_WITH = "tag-created-vm-with";

    private static final Set<String> VOLUMES = Set.of("root", "private", "volatile", "kernel");
    private static final Set<QubeType> TEMPLATED = Set.of(QubeType.AppVM, QubeType.DispVM);

    private final QubeType klass;
    private final boolean pools;

    private CreateMethods(QubeType klass, boolean pools) {
        this.klass = klass;
        this.pools = pools;
    }

    static void addTo(Map<String, AdminMethod> methods) {
        for (QubeType klass : QubeType.values()) {
            methods.put("admin.vm.Create." + klass, new CreateMethods(klass, false).method());
            methods.put("admin.vm.CreateInPool." + klass, new CreateMethods(klass, true).method());
        }
    }

    private AdminMethod method() {
        return new AdminMethod(Takes.ANY, Takes.SOME, Destination.DOM0, this::create);
    }

    private AdminAnswer create(Question question) throws RegistryException, MalformedCallException {
        if (!question.argument().isEmpty() && !TEMPLATED.contains(klass)) {
            throw new RegistryException(
                    RegistryError.QubesValueError, "a qube of class %s is not based on a template".formatted(klass));
        }
        Map<String, String> parameters = parameters(question.payload());
        QubeName name = name(parameters.getOrDefault("name", ""));
        String label = parameters.getOrDefault("label", "");
        List<String> tags = Stream.of(
                        question.source().features().getOrDefault(TAG_WITH, "").split("\\s+"))
                .filter(tag -> !tag.isEmpty())
                .toList();
        question.registry().change(draft -> {
            draft.create(klass, name, label);
            draft.markCreator(name, question.source().name());
            for (String tag : tags) {
                draft.addTag(name, tag);
            }
            if (!question.argument().isEmpty()) {
                draft.setProperty(name, "template", question.argument());
            }
        });
        return AdminAnswer.Ok.of("");
    }

    private Map<String, String> parameters(String payload) throws MalformedCallException, RegistryException {
        Map<String, String> parameters = new HashMap<>();
        for (String word : payload.split(" ", -1)) {
            int equals = word.indexOf('=');
            String key = equals < 0 ? "" : word.substring(0, equals);
            if (!isParameter(key)) {
                throw new MalformedCallException("unknown parameter `%s`".formatted(Printable.of(word)));
            }
            if (parameters.put(key, word.substring(equals + 1)) != null) {
                throw new MalformedCallException("parameter %s= is given twice".formatted(key));
            }
        }
        if (!parameters.containsKey("name") || !parameters.containsKey("label")) {
            throw new MalformedCallException("name= or label= is missing");
        }
        refusePools(parameters);
        return parameters;
    }

    private boolean isParameter(String key) {
        return key.equals("name")
                || key.equals("label")
                || (pools
                        && (key.equals("pool")
                                || (key.startsWith("pool:") && VOLUMES.contains(key.substring("pool:".length())))));
    }

    private static void refusePools(Map<String, String> parameters) throws RegistryException {
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            if (parameter.getKey().startsWith("pool")) {
                throw new RegistryException(
                        RegistryError.QubesException,
                        "no such pool: `%s`; this host keeps no volumes".formatted(Printable.of(parameter.getValue())));
            }
        }
    }

    private static QubeName name(String text) throws RegistryException {
        try {
            return new QubeName(text);
        } catch (InvalidNameException invalid) {
            throw new RegistryException(RegistryError.QubesValueError, String.valueOf(invalid.getMessage()));
        }
    }
}
