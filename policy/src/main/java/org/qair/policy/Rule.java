package org.qair.policy;

import java.util.Optional;

/**
 * One rule of a policy.
 *
 * @param service the service it is about; absent for every service
 * @param argument the argument it is about, without its {@code +}; absent for every argument
 * @param at its place, present always; an {@code Optional} because decisions carry one
 */
record Rule(
        Optional<String> service,
        Optional<String> argument,
        Token source,
        Token target,
        Action action,
        Optional<RuleLocation> at) {
    RuleLocation location() {
        return at.orElseThrow();
    }

    boolean isAbout(ServiceName called) {
        return (service.isEmpty() || service.get().equals(called.name()))
                && (argument.isEmpty()
                        || argument.get().equals(called.argument().orElse("")));
    }
}
