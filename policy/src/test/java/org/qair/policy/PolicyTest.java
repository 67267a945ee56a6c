package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.qair.policy.TestSystem.relayed;
import static org.qair.policy.TestSystem.request;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.qair.policy.Decision.Allow;
import org.qair.policy.Decision.Ask;
import org.qair.policy.Decision.Deny;
import org.qair.policy.Decision.RelayedCall;
import org.qair.policy.Destination.Existing;

/** The ways through a policy, one each; every case of the language is in the vectors. */
class PolicyTest {
    private final SystemInfo system = TestSystem.usual();

    @Test
    void theFirstRuleThatMatchesDecides() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of(
                "# the order of these matters",
                "svc * work vault deny",
                "svc * @tag:work @anyvm allow user=root",
                "* * * * deny notify=no"));
        assertThat(policy.evaluate(system, request("work", "vault", "svc")))
                .isInstanceOfSatisfying(Deny.class, deny -> {
                    assertThat(deny.rule()).hasValue(new RuleLocation("/etc/qubes/policy.d/50-test.policy", 2));
                    assertThat(deny.notifyUser()).isTrue();
                    assertThat(deny.reason()).contains("50-test.policy:2");
                });
        assertThat(policy.evaluate(system, request("work", "personal", "svc+x")))
                .isInstanceOfSatisfying(Allow.class, allow -> {
                    assertThat(allow.destination()).isEqualTo(new Existing(new QubeName("personal")));
                    assertThat(allow.user()).hasValue("root");
                    assertThat(allow.relayed()).isEmpty();
                });
        assertThat(policy.evaluate(system, request("personal", "vault", "svc")))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.notifyUser()).isFalse());
    }

    @Test
    void noRuleDenies() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of("svc * work vault allow"));
        assertThat(policy.evaluate(system, request("work", "personal", "svc")))
                .isInstanceOfSatisfying(Deny.class, deny -> {
                    assertThat(deny.rule()).isEmpty();
                    assertThat(deny.reason()).isEqualTo("no rule matches");
                });
    }

    @Test
    void aCallToARemoteVmBecomesACallToItsRelay() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of("svc * work @default allow target=pi1 user=root"));
        assertThat(policy.evaluate(system, request("work", "@default", "svc+a+b")))
                .isInstanceOfSatisfying(Allow.class, allow -> {
                    assertThat(allow.destination()).isEqualTo(new Existing(new QubeName("pi1")));
                    assertThat(allow.relayed())
                            .hasValue(new RelayedCall(
                                    new QubeName("sys-relay"), ServiceName.parse("qubesair.SSHProxy+pi1+svc+a+b")));
                    assertThat(allow.user()).isEmpty();
                    assertThat(allow.warnings()).hasSize(1);
                });
    }

    @Test
    void aRelaySpeaksForItsOwnRemoteVmsOnly() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of("svc * pi1 work allow", "svc * far work allow"));
        assertThat(policy.evaluate(system, relayed("sys-relay", "pi1", "work", "svc")))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.source()).isEqualTo(new QubeName("pi1")));
        assertThat(policy.evaluate(system, relayed("sys-relay", "far", "work", "svc")))
                .isInstanceOfSatisfying(
                        Deny.class,
                        deny -> assertThat(deny.reason())
                                .isEqualTo("requested source `far (via sys-relay)` has the relayvm `sys-relay2`"));
    }

    @Test
    void aPersonsAnswerIsCheckedLikeAnAllow() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of("svc * work @anyvm ask user=root"));
        Request request = request("work", "vault", "svc+");
        Ask ask = (Ask) policy.evaluate(system, request);
        assertThat(policy.answer(system, request, ask, new Existing(new QubeName("pi1"))))
                .isInstanceOfSatisfying(Allow.class, allow -> {
                    assertThat(allow.relayed().map(RelayedCall::service))
                            .hasValue(ServiceName.parse("qubesair.SSHProxy+pi1+svc+"));
                    assertThat(allow.rule()).isEqualTo(ask.rule());
                });
        assertThat(policy.answer(system, request, ask, new Existing(new QubeName("vault"))))
                .isInstanceOfSatisfying(
                        Allow.class, allow -> assertThat(allow.user()).isEqualTo(Optional.of("root")));
        assertThat(policy.answer(system, request, ask, new Existing(QubeName.DOM0)))
                .isInstanceOfSatisfying(
                        Deny.class, deny -> assertThat(deny.reason()).contains("`dom0`"));
    }

    @Test
    void theSnapshotOfASystemIsUsedAgain() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of("svc * work vault allow"));
        assertThat(policy.snapshot(system)).isSameAs(policy.snapshot(system));
        SystemInfo other = TestSystem.usual();
        assertThat(policy.snapshot(other)).isNotSameAs(policy.snapshot(system));
    }
}
