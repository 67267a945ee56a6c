package org.qair.policy;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The rules that name one service: those about any argument, and those about one. */
final class ServiceRules {
    private final PairIndex everyArgument = new PairIndex();
    private final Map<String, PairIndex> arguments = new HashMap<>();
    private int longest = -1;

    PairIndex group(Optional<String> argument) {
        if (argument.isEmpty()) {
            return everyArgument;
        }
        longest = Math.max(longest, argument.get().length());
        return arguments.computeIfAbsent(argument.get(), text -> new PairIndex());
    }

    int first(ServiceName service, int[] sourceTokens, int[] targetTokens, int limit) {
        int best = everyArgument.first(sourceTokens, targetTokens, limit);
        String argument = service.argument().orElse("");
        // an argument that no rule can be about is not hashed: it may have 65,000 bytes
        PairIndex own = argument.length() > longest ? null : arguments.get(argument);
        return own == null ? best : own.first(sourceTokens, targetTokens, best);
    }

    /** As {@link #first}, without the rules about one argument when {@code argument} is absent. */
    int firstAbout(Optional<String> argument, int[] sourceTokens, int[] targetTokens, int limit) {
        int best = everyArgument.first(sourceTokens, targetTokens, limit);
        PairIndex own = argument.map(arguments::get).orElse(null);
        return own == null ? best : own.first(sourceTokens, targetTokens, best);
    }

    Set<String> arguments() {
        return Collections.unmodifiableSet(arguments.keySet());
    }

    String ruleClass(ServiceName service) {
        String argument = service.argument().orElse("");
        return arguments.containsKey(argument) ? service.name() + "+" + argument : service.name();
    }

    int[] about(ServiceName service, int[] general) {
        PairIndex own = arguments.get(service.argument().orElse(""));
        IntStream named = IntStream.concat(IntStream.of(general), IntStream.of(everyArgument.rules()));
        return (own == null ? named : IntStream.concat(named, IntStream.of(own.rules())))
                .sorted()
                .toArray();
    }
}
