package org.qair.policy;

import java.util.Optional;

/**
 * A service with its argument, checked: {@code my_service}, {@code my_service+my_arg} or {@code my_service+}; at most
 * 65,000 bytes of {@code [A-Za-z0-9_.+-]} that do not start with {@code +}. An absent argument and an empty one are two
 * things to a service, and one to a rule (both are {@code +}).
 *
 * @param name what comes before the first {@code +}
 * @param argument what follows it, which may be empty and may hold further {@code +}; absent when there is none
 */
public record ServiceName(String name, Optional<String> argument) {
    /** The most bytes of service, {@code +} and argument together. */
    public static final int MAX_LENGTH = 65_000;

    /** @throws InvalidNameException naming what is wrong */
    public ServiceName {
        if (name.isEmpty()) {
            throw new InvalidNameException("a service name is empty");
        }
        Characters.check("service name", name, "");
        argument.ifPresent(text -> Characters.check("argument", text, "+"));
        int length = name.length() + argument.map(text -> text.length() + 1).orElse(0);
        if (length > MAX_LENGTH) {
            throw new InvalidNameException("service `%s` has %d bytes with its argument, the limit is %d"
                    .formatted(Printable.of(name), length, MAX_LENGTH));
        }
    }

    /**
     * Reads {@code NAME[+ARGUMENT]}.
     *
     * @throws InvalidNameException naming what is wrong
     */
    public static ServiceName parse(String text) {
        if (text.length() > MAX_LENGTH) {
            throw new InvalidNameException("a service with its argument has %d bytes, the limit is %d: `%s`"
                    .formatted(text.length(), MAX_LENGTH, Printable.of(text)));
        }
        int plus = text.indexOf('+');
        return plus < 0
                ? new ServiceName(text, Optional.empty())
                : new ServiceName(text.substring(0, plus), Optional.of(text.substring(plus + 1)));
    }

    /** The argument as rules see it: {@code +} and the argument, {@code +} alone when it is empty or absent. */
    public String ruleArgument() {
        return "+" + argument.orElse("");
    }

    /** {@code NAME}, or {@code NAME+ARGUMENT} when there is an argument, even an empty one. */
    @Override
    public String toString() {
        return argument.map(text -> name + "+" + text).orElse(name);
    }
}
