package org.qair.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.qair.testing.SettableClock;

class ProofCheckTest {
    private final HostSigner signer = Samples.signer();
    private final SettableClock clock = new SettableClock(Samples.NOON);
    private final ProofCheck check = new ProofCheck(clock, Duration.ofMinutes(1));

    private Verdict check(SignedStatement statement, Subject subject) {
        return check.check(statement, List.of(signer.key()), subject);
    }

    private SignedStatement state(Subject subject) {
        return Samples.state(signer, subject);
    }

    private static String reason(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Verified verified -> "verified";
            case Verdict.Rejected rejected -> rejected.reason();
        };
    }

    @Test
    void aTrueStatementIsVerified() {
        SignedStatement statement = state(Samples.subject());
        assertThat(check(statement, Samples.subject())).isEqualTo(new Verdict.Verified(statement));
    }

    @Test
    void eachPartThatARelayCouldExchangeIsNamed() {
        assertThat(reason(check(state(Samples.subject()), Samples.subject("AppVM2", "work", "my_service+my_arg"))))
                .contains("its source is `Local-Qube`, the relay named `AppVM2`");
        assertThat(reason(check(state(Samples.subject()), Samples.subject("Local-Qube", "vault", "my_service+my_arg"))))
                .contains("its target is `work`, the relay asked for `vault`");
        assertThat(reason(check(state(Samples.subject()), Samples.subject("Local-Qube", "work", "other+my_arg"))))
                .contains("another service or argument");
        assertThat(reason(check(state(Samples.subject()), Samples.subject("Local-Qube", "work", "my_service+more"))))
                .contains("another service or argument");
    }

    @Test
    void onlyThePinnedHostSpeaksForItsSource() {
        SignedStatement forged = Samples.state(Samples.signer(), Samples.subject());
        assertThat(reason(check(forged, Samples.subject()))).contains("is not pinned for source `Local-Qube`");
    }

    @Test
    void anOldAndANewKeyHoldWhileAHostChangesIt() {
        HostSigner next = Samples.signer();
        List<HostKey> both = List.of(signer.key(), next.key());
        assertThat(check.check(state(Samples.subject()), both, Samples.subject()))
                .isInstanceOf(Verdict.Verified.class);
        assertThat(check.check(Samples.state(next, Samples.subject()), both, Samples.subject()))
                .isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void aSignatureOfAnotherStatementIsWrong() throws Exception {
        byte[] one = state(Samples.subject()).bytes();
        byte[] other = state(Samples.subject()).bytes();
        System.arraycopy(other, other.length - 64, one, one.length - 64, 64);
        SignedStatement mixed = SignedStatement.parse(
                java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(one));
        assertThat(reason(check(mixed, Samples.subject()))).contains("its signature is wrong");
    }

    @Test
    void aSecondUseIsAReplay() {
        SignedStatement statement = state(Samples.subject());
        assertThat(check(statement, Samples.subject())).isInstanceOf(Verdict.Verified.class);
        assertThat(reason(check(statement, Samples.subject()))).contains("it was used before");
    }

    @Test
    void aRejectedStatementIsNotUsedUp() {
        SignedStatement statement = state(Samples.subject());
        assertThat(check(statement, Samples.subject("Local-Qube", "vault", "my_service+my_arg")))
                .isInstanceOf(Verdict.Rejected.class);
        assertThat(check(statement, Samples.subject())).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void clocksMayBeApartByTheWindowAndNoMore() {
        clock.set(Samples.NOON.plusSeconds(60));
        assertThat(check(state(Samples.subject()), Samples.subject())).isInstanceOf(Verdict.Verified.class);
        clock.set(Samples.NOON.plusSeconds(60).plusMillis(1));
        assertThat(reason(check(state(Samples.subject()), Samples.subject()))).contains("60 s old");
        ProofCheck slow = new ProofCheck(Samples.at(Samples.NOON.minusSeconds(61)), Duration.ofMinutes(1));
        assertThat(reason(slow.check(state(Samples.subject()), List.of(signer.key()), Samples.subject())))
                .contains("61 s from the future");
    }

    @Test
    void whatWasSaidBeforeTheCheckBeganIsNotKnownToBeNew() {
        ProofCheck restarted = new ProofCheck(Samples.at(Samples.NOON.plusMillis(1)), Duration.ofMinutes(1));
        assertThat(reason(restarted.check(state(Samples.subject()), List.of(signer.key()), Samples.subject())))
                .contains("older than this host's start");
    }

    @Test
    void aReplayIsStillOneAtTheEndOfItsWindow() {
        SignedStatement early =
                Samples.state(signer, Samples.subject(), Samples.NOON.plusSeconds(60), Optional.empty());
        assertThat(check(early, Samples.subject())).isInstanceOf(Verdict.Verified.class);
        clock.set(Samples.NOON.plusSeconds(120));
        assertThat(reason(check(early, Samples.subject()))).contains("it was used before");
        clock.set(Samples.NOON.plusSeconds(121));
        assertThat(reason(check(early, Samples.subject()))).contains("61 s old");
    }

    @Test
    void oneHostsFloodFillsOnlyItsOwnShare() {
        ProofCheck small = new ProofCheck(clock, Duration.ofMinutes(1), new ReplayGuard(2));
        HostSigner other = Samples.signer();
        List<HostKey> both = List.of(signer.key(), other.key());
        small.check(state(Samples.subject()), both, Samples.subject());
        small.check(state(Samples.subject()), both, Samples.subject());
        assertThat(reason(small.check(state(Samples.subject()), both, Samples.subject())))
                .contains("too many within 60 s");
        assertThat(small.check(Samples.state(other, Samples.subject()), both, Samples.subject()))
                .isInstanceOf(Verdict.Verified.class);
        clock.set(Samples.NOON.plusSeconds(61));
        SignedStatement later = Samples.state(signer, Samples.subject(), clock.instant(), Optional.empty());
        assertThat(small.check(later, both, Samples.subject())).isInstanceOf(Verdict.Verified.class);
    }

    @Test
    void ofManyUsesAtOnceOneIsVerified() {
        SignedStatement statement = state(Samples.subject());
        AtomicInteger verified = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 64; i++) {
                threads.execute(() -> {
                    if (check(statement, Samples.subject()) instanceof Verdict.Verified) {
                        verified.incrementAndGet();
                    }
                });
            }
        }
        assertThat(verified).hasValue(1);
    }
}
