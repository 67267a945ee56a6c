package org.qair.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of a policy, arranged so that a decision looks only at those that can match: by service and argument first,
 * then by the tokens that match source and target. Depends on the rules alone; immutable once built.
 */
final class RuleTable {
    /** To a rule, no argument is an empty one. */
    private static final Optional<String> NO_ARGUMENT = Optional.of("");

    private final List<Rule> rules;
    private final Map<Token, Integer> tokenNumbers = new HashMap<>();
    private final List<Decision> denials = new ArrayList<>();
    private final int[] sources;
    private final int[] targets;
    private final ServiceRules everyService = new ServiceRules(0);
    private final Map<String, ServiceRules> services = new HashMap<>();

    RuleTable(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        sources = new int[rules.size()];
        targets = new int[rules.size()];
        for (int i = 0; i < sources.length; i++) {
            Rule rule = rules.get(i);
            sources[i] = tokenNumbers.computeIfAbsent(rule.source(), token -> tokenNumbers.size());
            targets[i] = tokenNumbers.computeIfAbsent(rule.target(), token -> tokenNumbers.size());
            group(rule, i).add(rule.argument(), i, sources[i], targets[i]);
            denials.add(Verdict.deny(rule, List.of()));
        }
    }

    List<Rule> rules() {
        return rules;
    }

    /** What the rule decides when it denies, made once for all calls that it denies. */
    Decision denial(int rule) {
        return denials.get(rule);
    }

    /** The numbers of those tokens that some rule has. */
    Tokens numbers(List<Token> tokens) {
        return Tokens.of(tokens.stream()
                .filter(tokenNumbers::containsKey)
                .mapToInt(tokenNumbers::get)
                .toArray());
    }

    int tokens() {
        return tokenNumbers.size();
    }

    int targetToken(int rule) {
        return targets[rule];
    }

    int sourceToken(int rule) {
        return sources[rule];
    }

    /** The number of the first rule that matches, or {@link PairIndex#NONE}. */
    int first(ServiceName service, Tokens source, Tokens target) {
        int best = everyService.first(Optional.empty(), source, target, PairIndex.NONE);
        ServiceRules own = services.get(service.name());
        return own == null
                ? best
                : own.first(service.argument().isPresent() ? service.argument() : NO_ARGUMENT, source, target, best);
    }

    /** The first rule before {@code limit} that is about all calls of a service and argument, or of any; else {@code limit}. */
    int firstAbout(Optional<String> service, Optional<String> argument, Tokens source, Tokens target, int limit) {
        int best = everyService.first(Optional.empty(), source, target, limit);
        ServiceRules own = service.map(services::get).orElse(null);
        return own == null ? best : own.first(argument, source, target, best);
    }

    /** The same number for all services and arguments that rules cannot tell apart. */
    int ruleClass(ServiceName service) {
        ServiceRules own = services.get(service.name());
        return own == null ? everyService.closest(service) : own.closest(service);
    }

    /** Every service that a rule names, with each argument that a rule names for it and with none. */
    List<ServiceName> named() {
        List<ServiceName> named = new ArrayList<>();
        services.forEach((name, own) -> {
            named.add(new ServiceName(name, Optional.empty()));
            own.arguments().stream()
                    .filter(argument -> name.length() + 1 + argument.length() <= ServiceName.MAX_LENGTH)
                    .forEach(argument -> named.add(new ServiceName(name, Optional.of(argument))));
        });
        named.sort(Comparator.comparing(ServiceName::toString));
        return named;
    }

    /** The numbers of all rules about {@code service}, in their order. */
    int[] about(ServiceName service) {
        ServiceRules own = services.get(service.name());
        return own == null ? everyService.generalRules() : own.about(service, everyService.generalRules());
    }

    private ServiceRules group(Rule rule, int number) {
        return rule.service()
                .map(service -> services.computeIfAbsent(service, name -> new ServiceRules(2 * number + 1)))
                .orElse(everyService);
    }
}
