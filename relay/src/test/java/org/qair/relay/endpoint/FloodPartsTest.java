package org.qair.relay.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The parts that hold floods back, on a clock of their own. */
class FloodPartsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void twiceAsOftenAfterAPauseAndThenOnAverage() {
        TokenBucket bucket = new TokenBucket(5, 0);
        int taken = 0;
        while (bucket.take(0)) {
            taken++;
        }
        assertThat(taken).isEqualTo(10);
        assertThat(bucket.take(SECOND / 10)).isFalse();
        assertThat(bucket.take(SECOND / 5)).isTrue();
        assertThat(bucket.isFull(SECOND)).isFalse();
        assertThat(bucket.isFull(3 * SECOND)).isTrue();
    }

    @Property(tries = 200)
    void neverMoreThanTheRateAllows(
            @ForAll @IntRange(min = 1, max = 50) int rate, @ForAll @Size(max = 100) int[] pauses) {
        TokenBucket bucket = new TokenBucket(rate, 0);
        long now = 0;
        int taken = 0;
        for (int pause : pauses) {
            now += Math.floorMod(pause, SECOND / 2);
            while (bucket.take(now)) {
                taken++;
            }
        }
        assertThat(taken).isLessThanOrEqualTo((int) (2L * rate + rate * (now / 1e9)) + 1);
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() throws UnknownHostException {
        assertThat(group("2001:db8::1")).isEqualTo(group("2001:db8:0:0:ffff::2"));
        assertThat(group("2001:db8::1")).isNotEqualTo(group("2001:db8:0:1::1"));
        assertThat(group("192.0.2.1")).isNotEqualTo(group("192.0.2.2"));
        assertThat(group("2001:db8::1").toString()).isEqualTo("2001:db8:0:0::/64");
        assertThat(AddressGroup.of(null)).isEqualTo(AddressGroup.of(null));
    }

    private static AddressGroup group(String address) throws UnknownHostException {
        return AddressGroup.of(new InetSocketAddress(InetAddress.getByName(address), 22));
    }
}
