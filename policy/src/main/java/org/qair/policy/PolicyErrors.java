package org.qair.policy;

import java.util.ArrayList;
import java.util.List;

/** The errors found so far, in the order in which they were met; the first hundred of them. */
final class PolicyErrors {
    private static final int MOST = 100;

    private final List<PolicySyntaxException> found = new ArrayList<>();

    void add(RuleLocation place, SyntaxProblem problem) {
        add(place, problem.reason());
    }

    void add(RuleLocation place, String message) {
        if (found.size() < MOST) {
            found.add(new PolicySyntaxException(place, message));
        }
    }

    List<PolicySyntaxException> found() {
        return List.copyOf(found);
    }

    /** @throws PolicySyntaxException the first, with the others as suppressed ones, when there is any */
    void raise() throws PolicySyntaxException {
        if (!found.isEmpty()) {
            PolicySyntaxException first = found.getFirst();
            found.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
