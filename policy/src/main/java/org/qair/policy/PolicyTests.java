package org.qair.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table of expectations that is kept beside a policy. One a line, {@code #} starts a comment line:
 * {@code SOURCE TARGET SERVICE[+ARGUMENT] allow|ask|deny [DESTINATION]}. SOURCE is {@code REMOTEVM(RELAY)} for a relay that
 * speaks for a RemoteVM. DESTINATION is where the call must go to, or one of the targets that must be offered.
 */
public final class PolicyTests {
    private final List<Expectation> expectations;

    private PolicyTests(List<Expectation> expectations) {
        this.expectations = List.copyOf(expectations);
    }

    private record Expectation(RuleLocation row, Request request, String decision, Optional<String> destination) {}

    /** A row that policy does not keep. */
    public record Failure(RuleLocation row, String message) {
        @Override
        public String toString() {
            return row + ": " + message;
        }
    }

    /**
     * Reads a table.
     *
     * @param path as it is to be shown
     * @throws PolicySyntaxException the first error, with its place
     */
    public static PolicyTests parse(String path, byte[] content) throws PolicySyntaxException {
        PolicyErrors errors = new PolicyErrors();
        List<String> lines = PolicyLines.of(new PolicyFiles.PolicyFile(path, path, false, content), errors);
        List<Expectation> rows = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            RuleLocation row = new RuleLocation(path, i + 1);
            try {
                if (!line.isEmpty() && !line.startsWith("#")) {
                    rows.add(expectation(row, PolicyLines.words(line)));
                }
            } catch (SyntaxProblem problem) {
                errors.add(row, problem);
            } catch (InvalidNameException invalid) {
                errors.add(row, new SyntaxProblem(invalid));
            }
        }
        errors.raise();
        return new PolicyTests(rows);
    }

    /** How many rows there are. */
    public int size() {
        return expectations.size();
    }

    /** The rows that {@code policy} does not keep, in their order. */
    public List<Failure> run(Policy policy, SystemInfo system) {
        List<Failure> failures = new ArrayList<>();
        for (Expectation expected : expectations) {
            difference(expected, policy.evaluate(system, expected.request()))
                    .ifPresent(message -> failures.add(new Failure(expected.row(), message)));
        }
        return failures;
    }

    private static Expectation expectation(RuleLocation row, List<String> words) throws SyntaxProblem {
        if (words.size() < 4 || words.size() > 5) {
            throw new SyntaxProblem("a row is SOURCE TARGET SERVICE DECISION [DESTINATION], this one has %d words"
                    .formatted(words.size()));
        }
        List<String> decisions = List.of("allow", "ask", "deny");
        String decision = words.get(3);
        if (!decisions.contains(decision)) {
            throw new SyntaxProblem("`%s` is no decision%s"
                    .formatted(
                            Printable.of(decision),
                            NearMiss.of(decision, decisions).map(NearMiss::hint).orElse("")));
        }
        Optional<String> destination = words.stream().skip(4).findFirst();
        if (decision.equals("deny") && destination.isPresent()) {
            throw new SyntaxProblem("`deny` has no destination");
        }
        return new Expectation(row, request(words), decision, destination);
    }

    private static Request request(List<String> words) {
        String source = words.getFirst();
        int open = source.indexOf('(');
        boolean relayed = open > 0 && source.endsWith(")");
        String caller = relayed ? source.substring(open + 1, source.length() - 1) : source;
        return new Request(
                new QubeName(caller),
                relayed ? Optional.of(new QubeName(source.substring(0, open))) : Optional.empty(),
                RequestedTarget.parse(words.get(1)),
                ServiceName.parse(words.get(2)));
    }

    private static Optional<String> difference(Expectation expected, Decision decision) {
        String place = decision.rule().map(rule -> " (" + rule + ")").orElse("");
        String actual = switch (decision) {
            case Decision.Allow allow -> "allow " + allow.destination();
            case Decision.Ask ask -> "ask " + String.join(",", names(ask));
            case Decision.Deny deny -> "deny, " + deny.reason();
        };
        return keeps(expected, decision)
                ? Optional.empty()
                : Optional.of("expected %s%s, policy says %s%s"
                        .formatted(
                                expected.decision(),
                                expected.destination().map(to -> " " + to).orElse(""),
                                actual,
                                place));
    }

    private static boolean keeps(Expectation expected, Decision decision) {
        Optional<String> to = expected.destination();
        return switch (decision) {
            case Decision.Allow allow ->
                expected.decision().equals("allow")
                        && to.map(allow.destination().toString()::equals).orElse(true);
            case Decision.Ask ask ->
                expected.decision().equals("ask")
                        && to.map(names(ask)::contains).orElse(true);
            case Decision.Deny deny -> expected.decision().equals("deny");
        };
    }

    private static List<String> names(Decision.Ask ask) {
        return ask.targets().stream().map(Destination::toString).sorted().toList();
    }
}
