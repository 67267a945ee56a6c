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
import org.qair.policy.PolicyFiles;
import org.qair.policy.PolicySyntaxException;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;

/** What a reload costs, and what the first call after one pays. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class LoadBenchmark {
    @Param({"100", "1000", "10000"})
    public int rules;

    private final SystemInfo system = Estate.system();
    private PolicyFiles files = new Estate(0, Shape.SPREAD).files();
    private Request[] requests = {};

    @Setup
    public void prepare() throws PolicySyntaxException {
        Estate estate = new Estate(rules, Shape.SPREAD);
        files = estate.files();
        requests = estate.requests(Policy.parse(files), system, Match.NONE, 1);
    }

    @Benchmark
    public Policy parse() throws PolicySyntaxException {
        return Policy.parse(files);
    }

    @Benchmark
    public Decision parseAndFirstCall() throws PolicySyntaxException {
        return Policy.parse(files).evaluate(system, requests[0]);
    }
}
