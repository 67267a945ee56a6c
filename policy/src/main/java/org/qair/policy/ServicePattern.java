package org.qair.policy;

import java.util.Optional;

/**
 * The first two words of a rule.
 *
 * @param service absent for {@code *}
 * @param argument without its {@code +}; absent for {@code *}
 */
record ServicePattern(Optional<String> service, Optional<String> argument) {
    static ServicePattern parse(String service, String argument) throws SyntaxProblem {
        if (!service.equals("*")) {
            check("service", service, "");
        }
        if (argument.equals("*")) {
            return new ServicePattern(service.equals("*") ? Optional.empty() : Optional.of(service), Optional.empty());
        }
        if (!argument.startsWith("+")) {
            throw new SyntaxProblem(
                    "argument `%s` is neither `*` nor starts with `+`".formatted(Printable.of(argument)));
        }
        check("argument", argument, "+");
        if (service.equals("*")) {
            throw new SyntaxProblem("service `*` needs argument `*`, not `%s`".formatted(Printable.of(argument)));
        }
        return new ServicePattern(Optional.of(service), Optional.of(argument.substring(1)));
    }

    private static void check(String what, String text, String more) throws SyntaxProblem {
        try {
            Characters.check(what, text, more);
        } catch (InvalidNameException invalid) {
            throw new SyntaxProblem(invalid);
        }
    }
}
