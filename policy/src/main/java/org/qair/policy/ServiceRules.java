package org.qair.policy;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rules that name one service: those about any argument, and those about one. */
final class ServiceRules {
    private final PairIndex everyArgument;
    private final Map<String, PairIndex> arguments = new HashMap<>();
    private int longest = -1;

    ServiceRules(int number) {
        everyArgument = new PairIndex(number);
    }

    /** @param number of the index, if it is a new one */
    PairIndex group(Optional<String> argument, int number) {
        if (argument.isEmpty()) {
            return everyArgument;
        }
        longest = Math.max(longest, argument.get().length());
        return arguments.computeIfAbsent(argument.get(), text -> new PairIndex(number));
    }

    int first(ServiceName service, Tokens source, Tokens target, int limit) {
        int best = everyArgument.first(source, target, limit);
        PairIndex own = own(service);
        return own == null ? best : own.first(source, target, best);
    }

    /** As {@link #first}, without the rules about one argument when {@code argument} is absent. */
    int firstAbout(Optional<String> argument, Tokens source, Tokens target, int limit) {
        int best = everyArgument.first(source, target, limit);
        PairIndex own = argument.map(arguments::get).orElse(null);
        return own == null ? best : own.first(source, target, best);
    }

    Set<String> arguments() {
        return Collections.unmodifiableSet(arguments.keySet());
    }

    /** The index that is most about {@code service}. */
    PairIndex closest(ServiceName service) {
        PairIndex own = own(service);
        return own == null ? everyArgument : own;
    }

    /** An argument that no rule can be about is not hashed: it may have 65,000 bytes. */
    private @Nullable PairIndex own(ServiceName service) {
        String argument = service.argument().orElse("");
        return argument.length() > longest ? null : arguments.get(argument);
    }

    int[] about(ServiceName service, int[] general) {
        PairIndex own = own(service);
        IntStream named = IntStream.concat(IntStream.of(general), IntStream.of(everyArgument.rules()));
        return (own == null ? named : IntStream.concat(named, IntStream.of(own.rules())))
                .sorted()
                .toArray();
    }
}
