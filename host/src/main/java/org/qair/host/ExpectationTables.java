package org.qair.host;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.qair.policy.Policy;
import org.qair.policy.PolicyFiles.PolicyFile;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.PolicyTests;
import org.qair.policy.SystemInfo;

/** What the tables of expectations beside a policy have to say against it. */
final class ExpectationTables {
    private ExpectationTables() {}

    /** Every row that the policy does not keep and every line that is no row, {@code file:line: message}; none when all is well. */
    static List<String> objections(List<PolicyFile> tables, Policy policy, SystemInfo system) {
        List<String> objections = new ArrayList<>();
        for (PolicyFile table : tables) {
            try {
                PolicyTests.parse(table.path(), table.content())
                        .run(policy, system)
                        .forEach(failure -> objections.add(failure.toString()));
            } catch (PolicySyntaxException broken) {
                Stream.concat(Stream.of(broken), Stream.of(broken.getSuppressed()))
                        .map(Throwable::getMessage)
                        .forEach(objections::add);
            }
        }
        return objections;
    }
}
