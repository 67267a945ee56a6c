package org.qair.policy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The meaning of a policy without any index: from the first rule to the last, each token compared by itself. Slow and plain
 * on purpose; it shares nothing with what it checks but the parsed rules.
 */
final class PlainWalk {
    private static final String OWN = "@dispvm";

    private final List<Rule> rules;
    private final SystemInfo system;
    private final Qube source;
    private final ServiceName service;

    PlainWalk(List<Rule> rules, SystemInfo system, Qube source, ServiceName service) {
        this.rules = rules;
        this.system = system;
        this.source = source;
        this.service = service;
    }

    /** The first rule that matches a target, written as a caller writes it and known to exist. */
    Optional<Rule> first(String target) {
        return rules.stream()
                .filter(rule -> matchesButTarget(rule) && matchesTarget(rule.target(), target))
                .findFirst();
    }

    Set<String> candidates() {
        Set<String> chosen = new TreeSet<>();
        for (Rule rule : rules.reversed()) {
            if (!matchesButTarget(rule)) {
                continue;
            }
            if (rule.action() instanceof Action.Deny) {
                chosen.removeIf(candidate -> matchesTarget(rule.target(), candidate));
            } else {
                Optional<Token> redirect = ((Action.Permit) rule.action()).redirect();
                if (redirect.isPresent()) {
                    redirected(redirect.get()).ifPresent(chosen::add);
                } else {
                    everything()
                            .filter(one -> matchesTarget(rule.target(), one))
                            .forEach(chosen::add);
                }
            }
        }
        if (chosen.remove(OWN)) {
            ownTemplate().filter(this::isTemplate).ifPresent(name -> chosen.add("@dispvm:" + name));
        }
        chosen.remove(source.name().value());
        chosen.removeIf(name -> qube(name).map(Qube::internal).orElse(false));
        return chosen;
    }

    Optional<String> redirected(Token redirect) {
        String text = redirect.toString();
        if (text.equals("@adminvm")) {
            return Optional.of("dom0");
        }
        if (text.startsWith("@dispvm:")) {
            return name(text.substring(8)).filter(this::isTemplate).map(name -> "@dispvm:" + name);
        }
        return text.equals(OWN) ? Optional.of(text) : name(text);
    }

    private java.util.stream.Stream<String> everything() {
        java.util.stream.Stream<String> names =
                system.qubes().stream().map(qube -> qube.name().value());
        java.util.stream.Stream<String> disposables =
                system.qubes().stream().filter(Qube::templateForDispvms).map(qube -> "@dispvm:" + qube.name());
        return java.util.stream.Stream.of(names, disposables, java.util.stream.Stream.of("dom0", OWN))
                .flatMap(all -> all);
    }

    private boolean matchesButTarget(Rule rule) {
        String argument = service.argument().orElse("");
        return rule.service().map(service.name()::equals).orElse(true)
                && rule.argument().map(argument::equals).orElse(true)
                && matchesQube(rule.source(), source.name().value());
    }

    private boolean matchesTarget(Token token, String target) {
        if (token instanceof Token.Anything) {
            return true;
        }
        if (target.equals("@default")) {
            return token instanceof Token.AnyQube || token instanceof Token.Default;
        }
        if (target.equals(OWN)) {
            return token instanceof Token.AnyQube
                    || token instanceof Token.Disposable
                    || ownTemplate().map(name -> isDisposableOf(token, name)).orElse(false);
        }
        return target.startsWith("@dispvm:")
                ? token instanceof Token.AnyQube || isDisposableOf(token, target.substring(8))
                : matchesQube(token, target);
    }

    private boolean isDisposableOf(Token token, String template) {
        return switch (token) {
            case Token.DisposableOf of ->
                of.template().toString().equals(template)
                        || name(of.template().toString()).map(template::equals).orElse(false);
            case Token.DisposableTagged tagged ->
                isTemplate(template) && qube(template).orElseThrow().tags().contains(tagged.tag());
            default -> false;
        };
    }

    private boolean matchesQube(Token token, String name) {
        boolean host = name.equals("dom0");
        return switch (token) {
            case Token.Anything any -> true;
            case Token.AnyQube any -> !host;
            case Token.AdminVm admin -> host;
            case Token.Named named -> named.name().value().equals(name);
            case Token.Identified identified ->
                name(identified.toString()).map(name::equals).orElse(false);
            case Token.Tagged tagged -> !host && qube(name).orElseThrow().tags().contains(tagged.tag());
            case Token.Typed typed ->
                !host && qube(name).orElseThrow().type().name().equals(typed.type());
            default -> false;
        };
    }

    private Optional<String> ownTemplate() {
        return source.defaultDispvm().map(QubeName::value);
    }

    private boolean isTemplate(String name) {
        return qube(name).map(Qube::templateForDispvms).orElse(false);
    }

    private Optional<Qube> qube(String name) {
        return system.qubes().stream()
                .filter(qube -> qube.name().value().equals(name))
                .findFirst();
    }

    /** The name of an existing qube that is called {@code reference}, a name or a {@code uuid:}. */
    private Optional<String> name(String reference) {
        return system.qubes().stream()
                .filter(qube -> qube.name().value().equals(reference) || ("uuid:" + qube.uuid()).equals(reference))
                .map(qube -> qube.name().value())
                .findFirst();
    }
}
