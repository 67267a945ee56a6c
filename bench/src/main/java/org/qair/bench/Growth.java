package org.qair.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/**
 * How the time of a decision grows with the number of rules. All sizes are measured in turn in one process, again and again,
 * so that whatever else the machine does hits all of them alike; JMH measures one after the other, which on a busy machine
 * compares two moments rather than two sizes.
 */
final class Growth {
    private static final int[] RULES = {100, 1000, 10_000};
    private static final int[] CALLS = {256, 4096};
    private static final int WARM_UP = 20;
    private static final int ROUNDS = 60;
    private static final int CALLS_A_ROUND = 12_288;

    private static int allowed;

    private final SystemInfo system = Estate.system();
    private final Policy policy;
    private final Request[] requests;
    private final int passes;
    private final double[] times;

    private Growth(int rules, Shape shape, Match match, int calls) throws PolicySyntaxException {
        Estate estate = new Estate(rules, shape);
        policy = estate.policy();
        requests = estate.requests(policy, system, match, calls);
        passes = CALLS_A_ROUND / calls;
        times = new double[ROUNDS * passes];
    }

    public static void main(String[] arguments) throws PolicySyntaxException {
        System.out.println(
                "ns a decision, fifth percentile / median; different calls of those made; growth from the fewest rules");
        for (int calls : CALLS) {
            List<Growth> all = new ArrayList<>();
            for (Shape shape : Shape.values()) {
                for (Match match : Match.values()) {
                    for (int rules : RULES) {
                        all.add(new Growth(rules, shape, match, calls));
                    }
                }
            }
            measure(all);
            print(all, calls);
        }
        System.out.println("(" + allowed + " allowed)"); // the results are used
    }

    private static void measure(List<Growth> all) {
        for (int round = -WARM_UP; round < ROUNDS; round++) {
            for (Growth one : all) {
                one.pass(); // what the others drove out of the caches comes back
                for (int pass = 0; pass < one.passes; pass++) {
                    one.times[Math.max(0, round) * one.passes + pass] = one.pass();
                }
            }
        }
        all.forEach(one -> Arrays.sort(one.times));
    }

    private static void print(List<Growth> all, int calls) {
        int next = 0;
        for (Shape shape : Shape.values()) {
            for (Match match : Match.values()) {
                List<Growth> sizes = all.subList(next, next + RULES.length);
                next += RULES.length;
                System.out.printf("%4d calls %-11s %-6s", calls, shape, match);
                line(i -> "%6.0f /%5.0f (%d)"
                        .formatted(
                                sizes.get(i).low(),
                                sizes.get(i).median(),
                                sizes.get(i).different()));
                System.out.printf(
                        "  x%.1f / x%.1f%n",
                        sizes.getLast().low() / sizes.getFirst().low(),
                        sizes.getLast().median() / sizes.getFirst().median());
            }
        }
    }

    private static void line(IntFunction<String> cell) {
        for (int i = 0; i < RULES.length; i++) {
            System.out.print("  " + cell.apply(i));
        }
    }

    private double pass() {
        long start = System.nanoTime();
        for (Request request : requests) {
            if (policy.evaluate(system, request) instanceof Decision.Allow) {
                allowed++;
            }
        }
        return (System.nanoTime() - start) / (double) requests.length;
    }

    private double low() {
        return times[times.length / 20];
    }

    private double median() {
        return times[times.length / 2];
    }

    private int different() {
        return Set.copyOf(List.of(requests)).size();
    }
}
