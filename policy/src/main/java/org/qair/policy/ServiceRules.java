package org.qair.policy;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The rules that name one service, or those about every service: those about any argument, and those about one. */
final class ServiceRules {
    private final SourceTable sources = new SourceTable();
    private final PairIndex everyArgument;
    private final Map<String, PairIndex> arguments = new HashMap<>();
    private int longest = -1;

    ServiceRules(int number) {
        everyArgument = new PairIndex(number);
    }

    /** Adds the rule with this number; rules come in their order. */
    void add(Optional<String> argument, int rule, int source, int target) {
        if (argument.isEmpty()) {
            sources.add(source, rule, target);
            everyArgument.add(rule, source, target);
        } else {
            longest = Math.max(longest, argument.get().length());
            sources.add(source, rule, target, bit(argument.get()));
            arguments
                    .computeIfAbsent(argument.get(), text -> new PairIndex(2 * rule + 2))
                    .add(rule, source, target);
        }
    }

    /**
     * The first rule before {@code limit} that matches, else {@code limit}.
     *
     * @param argument absent: rules about one argument do not match
     */
    int first(Optional<String> argument, Tokens source, Tokens target, int limit) {
        int best = limit;
        if (!sources.mayHave(source)) {
            return best;
        }
        long argumentBit = argument.isPresent() ? bit(argument.get()) : 0;
        for (int token : source.numbers()) {
            int place = sources.find(token, best);
            if (place != SourceTable.ABSENT) {
                long general = sources.targets(place, target);
                if (general != 0) {
                    best = everyArgument.first(token, target, general, best);
                }
                long special = sources.targets(place, target, argumentBit);
                PairIndex own = special == 0 ? null : arguments.get(argument.orElse(""));
                if (own != null) {
                    best = own.first(token, target, special, best);
                }
            }
        }
        return best;
    }

    Set<String> arguments() {
        return Collections.unmodifiableSet(arguments.keySet());
    }

    /** The number of the index that is most about {@code service}. */
    int closest(ServiceName service) {
        PairIndex own = own(service);
        return own == null ? everyArgument.number() : own.number();
    }

    /** The numbers of the rules about any argument, in their order. */
    int[] generalRules() {
        return everyArgument.rules();
    }

    /** The numbers of the rules about {@code service}, and {@code others}, in their order. */
    int[] about(ServiceName service, int[] others) {
        PairIndex own = own(service);
        IntStream all = IntStream.concat(IntStream.of(others), IntStream.of(everyArgument.rules()));
        return (own == null ? all : IntStream.concat(all, IntStream.of(own.rules())))
                .sorted()
                .toArray();
    }

    private @Nullable PairIndex own(ServiceName service) {
        String argument = service.argument().orElse("");
        return argument.length() > longest ? null : arguments.get(argument);
    }

    /** In the filters of arguments. An argument that no rule can be about is not hashed: it may have 65,000 bytes. */
    private long bit(String argument) {
        return argument.length() > longest ? 0 : Tokens.bit((argument.hashCode() * 0x9E3779B1) >>> 26);
    }
}
