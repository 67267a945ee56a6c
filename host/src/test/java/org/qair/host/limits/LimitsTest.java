package org.qair.host.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import org.qair.testing.SettableClock;

@Timeout(60)
class LimitsTest {
    private static final SystemInfo SYSTEM = new SystemInfo(List.of(
            qube("dom0", QubeType.AdminVM),
            qube("vm1", QubeType.AppVM),
            qube("vm2", QubeType.AppVM),
            qube("work", QubeType.AppVM)));

    private final SettableClock clock = new SettableClock(Instant.EPOCH);

    private static Qube qube(String name, QubeType type) {
        return new Qube(
                new QubeName(name),
                type,
                UUID.randomUUID(),
                Set.of(),
                Optional.empty(),
                false,
                false,
                "Running",
                "icon",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static Limit limit(
            String calls, Optional<Duration> time, Optional<Long> in, Optional<Long> out, Direction direction) {
        return new Limit(CallPattern.parse(calls), time, in, out, direction, Optional.empty(), Optional.empty());
    }

    private Allotment admit(Limits limits, String source, String service) throws OverLimitException {
        QubeName caller = new QubeName(source);
        return limits.admit(
                SYSTEM,
                caller,
                new Request(caller, Optional.empty(), RequestedTarget.parse("work"), ServiceName.parse(service)));
    }

    private Limits numbers(Optional<Integer> perMinute, Optional<Integer> atOnce) {
        return new Limits(
                List.of(new Limit(
                        CallPattern.parse("svc * @anyvm work"),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Direction.BOTH,
                        perMinute,
                        atOnce)),
                clock);
    }

    @Test
    void aPatternIsTheBeginningOfARule() {
        assertThat(CallPattern.parse(" svc  +arg @anyvm work ")).hasToString("svc  +arg @anyvm work");
        for (String text : List.of("", "svc", "svc * a b allow", "svc arg a b", "svc * a\nb", "svc * $x b")) {
            assertThatThrownBy(() -> CallPattern.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aLimitIsForTheCallsThatItsPatternMatches() throws Exception {
        Limits limits = new Limits(
                List.of(limit(
                        "svc +arg vm1 work", Optional.empty(), Optional.of(1L), Optional.empty(), Direction.BOTH)),
                clock);
        assertThat(admit(limits, "vm1", "svc+arg").needsBytes()).isTrue();
        assertThat(admit(limits, "vm1", "svc").needsBytes()).isFalse();
        assertThat(admit(limits, "vm2", "svc+arg").needsBytes()).isFalse();
        assertThat(admit(limits, "vm1", "other+arg").needsBytes()).isFalse();
    }

    @Test
    void soManyCallsOfASourceRunAtOnce() throws Exception {
        Limits limits = numbers(Optional.empty(), Optional.of(2));
        Allotment first = admit(limits, "vm1", "svc");
        assertThat(admit(limits, "vm1", "svc")).isNotNull();
        assertThatThrownBy(() -> admit(limits, "vm1", "svc"))
                .hasMessage("over the limit of `svc * @anyvm work`: 2 calls of `vm1` run already");
        assertThat(admit(limits, "vm2", "svc")).as("another source has its own").isNotNull();
        first.close();
        first.close();
        assertThat(admit(limits, "vm1", "svc")).isNotNull();
        assertThatThrownBy(() -> admit(limits, "vm1", "svc")).isInstanceOf(OverLimitException.class);
    }

    @Test
    void soManyCallsOfASourceBeginWithinAMinute() throws Exception {
        Limits limits = numbers(Optional.of(2), Optional.empty());
        admit(limits, "vm1", "svc").close();
        clock.pass(Duration.ofSeconds(30));
        admit(limits, "vm1", "svc").close();
        assertThatThrownBy(() -> admit(limits, "vm1", "svc"))
                .hasMessageContaining("`vm1` has made 2 calls within a minute");
        clock.pass(Duration.ofSeconds(30));
        admit(limits, "vm1", "svc").close();
        assertThatThrownBy(() -> admit(limits, "vm1", "svc")).isInstanceOf(OverLimitException.class);
    }

    @Test
    void aCallThatOneLimitRefusesIsCountedByNone() throws Exception {
        Limit wide = new Limit(
                CallPattern.parse("* * * *"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Direction.BOTH,
                Optional.empty(),
                Optional.of(2));
        Limit narrow = new Limit(
                CallPattern.parse("svc * * *"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Direction.BOTH,
                Optional.empty(),
                Optional.of(1));
        Limits limits = new Limits(List.of(wide, narrow), clock);
        assertThat(admit(limits, "vm1", "svc")).isNotNull();
        assertThatThrownBy(() -> admit(limits, "vm1", "svc")).hasMessageContaining("svc * * *");
        assertThat(admit(limits, "vm1", "other")).isNotNull();
        assertThatThrownBy(() -> admit(limits, "vm1", "other")).hasMessageContaining("* * * *");
    }

    /** A call's streams under one limit, and what came of it. */
    private String breach(Limit limit, byte[] input, int output) throws Exception {
        try (Allotment allotment = admit(new Limits(List.of(limit), clock), "vm1", "svc");
                Allotment.Running running = allotment.begin()) {
            ByteArrayOutputStream stdout = new ByteArrayOutputStream();
            Streams streams = running.metered(
                    new PlainStreams(new ByteArrayInputStream(input), stdout, new ByteArrayOutputStream()));
            try {
                streams.stdin().transferTo(OutputStream.nullOutputStream());
                streams.stdout().write(new byte[output / 2]);
                streams.stderr().write(new byte[output - output / 2]);
            } catch (IOException ended) {
                assertThat(Thread.interrupted()).isTrue();
            }
            return running.breach().orElse("");
        }
    }

    @Test
    void noByteOverTheLimitPasses() throws Exception {
        Limit in = limit("svc * * *", Optional.empty(), Optional.of(10L), Optional.empty(), Direction.BOTH);
        assertThat(breach(in, new byte[10], 100)).isEmpty();
        assertThat(breach(in, new byte[11], 0)).isEqualTo("over the limit of `svc * * *`: more than 10 bytes in");
        Limit out = limit("svc * * *", Optional.empty(), Optional.empty(), Optional.of(10L), Direction.BOTH);
        assertThat(breach(out, new byte[100], 10)).isEmpty();
        assertThat(breach(out, new byte[0], 11)).isEqualTo("over the limit of `svc * * *`: more than 10 bytes out");
    }

    @Test
    void aDirectionIsAOneWayStreet() throws Exception {
        Limit in = limit("svc * * *", Optional.empty(), Optional.empty(), Optional.empty(), Direction.IN);
        assertThat(breach(in, new byte[100], 0)).isEmpty();
        assertThat(breach(in, new byte[0], 2)).contains("data may only go to the service");
        Limit out = limit("svc * * *", Optional.empty(), Optional.empty(), Optional.empty(), Direction.OUT);
        assertThat(breach(out, new byte[0], 100)).isEmpty();
        assertThat(breach(out, new byte[1], 0)).contains("data may only come from the service");
    }

    @Test
    void timeEndsACall() throws Exception {
        Limit limit = limit(
                "svc * * *", Optional.of(Duration.ofMillis(20)), Optional.empty(), Optional.empty(), Direction.BOTH);
        try (Allotment allotment = admit(new Limits(List.of(limit), clock), "vm1", "svc");
                Allotment.Running running = allotment.begin()) {
            assertThatThrownBy(() -> Thread.sleep(Duration.ofMinutes(5))).isInstanceOf(InterruptedException.class);
            assertThat(running.breach())
                    .hasValueSatisfying(
                            reason -> assertThat(reason).startsWith("over the limit of `svc * * *`: it ran for"));
        }
    }

    @Test
    void aCallWithoutLimitsHasNone() throws Exception {
        try (Allotment allotment = admit(Limits.NONE, "vm1", "svc");
                Allotment.Running running = allotment.begin()) {
            assertThat(allotment.needsBytes()).isFalse();
            assertThat(running.breach()).isEmpty();
        }
    }
}
