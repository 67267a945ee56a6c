package org.qair.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.qair.policy.Decision;
import org.qair.policy.Policy;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/** One decision, over so many different calls that come again and again: as many as a busy host has, or far more. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class DecisionBenchmark {
    @Param({"256", "4096"})
    public int calls;

    @Param({"100", "1000", "10000"})
    public int rules;

    @Param
    public Shape shape = Shape.SPREAD;

    @Param
    public Match match = Match.NONE;

    private SystemInfo system = Estate.system();
    private Request[] requests = {};
    private int next;
    private Policy policy = emptyPolicy();

    @Setup
    public void prepare() throws PolicySyntaxException {
        Estate estate = new Estate(rules, shape);
        policy = estate.policy();
        requests = estate.requests(policy, system, match, calls);
    }

    @Benchmark
    public Decision decide() {
        next = (next + 1) & (calls - 1);
        return policy.evaluate(system, requests[next]);
    }

    private static Policy emptyPolicy() {
        try {
            return new Estate(0, Shape.SPREAD).policy();
        } catch (PolicySyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
