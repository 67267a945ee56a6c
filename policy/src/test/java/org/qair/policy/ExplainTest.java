package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.qair.policy.TestSystem.relayed;
import static org.qair.policy.TestSystem.request;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.qair.policy.Explanation.Line;
import org.qair.policy.Explanation.Step;

class ExplainTest {
    private final SystemInfo system = TestSystem.usual();

    private Explanation explain(Request request, String... lines) throws PolicySyntaxException {
        return Policy.parse(MemoryFiles.of(lines)).explain(system, request);
    }

    private List<String> mismatches(Request request, String rule) throws PolicySyntaxException {
        return explain(request, rule).steps().getFirst().mismatches();
    }

    @Test
    void namesEachEarlierRuleAndWhyItDoesNotMatch() throws Exception {
        Explanation explanation = explain(
                request("personal", "vault", "svc+x"),
                "# first",
                "other * * * deny",
                "svc +y @tag:work work deny",
                "  svc *  personal vault  allow",
                "",
                "svc * * * deny");
        assertThat(explanation.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(explanation.source()).hasValue(new QubeName("personal"));
        assertThat(explanation.others()).isEqualTo(1);
        assertThat(explanation.steps())
                .containsExactly(
                        new Step(
                                new RuleLocation("/etc/qubes/policy.d/50-test.policy", 3),
                                "svc +y @tag:work work deny",
                                List.of(
                                        "argument is `+x`, rule wants `+y`",
                                        "source `personal` has tag `personal`, rule wants `@tag:work`",
                                        "target is `vault`, rule wants `work`")),
                        new Step(
                                new RuleLocation("/etc/qubes/policy.d/50-test.policy", 4),
                                "svc *  personal vault  allow",
                                List.of()));
        assertThat(explanation.steps().getLast().matches()).isTrue();
        assertThat(explanation.steps().getFirst().matches()).isFalse();
        assertThat(explanation.excerpt())
                .containsExactly(
                        new Line(2, "other * * * deny", false),
                        new Line(3, "svc +y @tag:work work deny", false),
                        new Line(4, "  svc *  personal vault  allow", true),
                        new Line(5, "", false),
                        new Line(6, "svc * * * deny", false));
        assertThat(explanation.relay()).isEmpty();
    }

    @Test
    void saysWhatTheSourceIs() throws Exception {
        assertThat(mismatches(request("work", "vault", "svc"), "svc * @tag:personal * deny"))
                .containsExactly("source `work` has tags `trusted`, `work`, rule wants `@tag:personal`");
        assertThat(mismatches(request("fedora", "vault", "svc"), "svc * @tag:personal * deny"))
                .containsExactly("source `fedora` has no tags, rule wants `@tag:personal`");
        assertThat(mismatches(request("work", "vault", "svc"), "svc * @type:RemoteVM * deny"))
                .containsExactly("source `work` is of type AppVM, rule wants `@type:RemoteVM`");
        assertThat(mismatches(request("dom0", "vault", "svc"), "svc * @anyvm * deny"))
                .containsExactly("source is `dom0`, rule wants `@anyvm`");
    }

    @Test
    void saysWhatTheTargetIs() throws Exception {
        assertThat(mismatches(request("work", "dom0", "svc"), "svc * * @anyvm deny"))
                .containsExactly("target is the host, rule wants `@anyvm`");
        assertThat(mismatches(request("work", "", "svc"), "svc * * vault deny"))
                .containsExactly("target is `@default`, rule wants `vault`");
        assertThat(mismatches(request("work", "nope", "svc"), "svc * * vault deny"))
                .containsExactly("target is `@default` (`nope` does not exist), rule wants `vault`");
        assertThat(mismatches(request("work", "@dispvm", "svc"), "svc * * vault deny"))
                .containsExactly("target is `@dispvm (@dispvm:dvm)`, rule wants `vault`");
        assertThat(mismatches(request("vault", "@dispvm", "svc"), "svc * * vault deny"))
                .containsExactly("target is `@dispvm (the source has no default template)`, rule wants `vault`");
        assertThat(mismatches(request("work", "@dispvm:dvm", "svc"), "svc * * @dispvm:@tag:anon deny"))
                .containsExactly("target `@dispvm:dvm` has tag `work`, rule wants `@dispvm:@tag:anon`");
        assertThat(mismatches(request("vault", "@dispvm", "svc"), "svc * * @type:AppVM deny"))
                .containsExactly(
                        "target `@dispvm (the source has no default template)` is of type (unknown), rule wants"
                                + " `@type:AppVM`");
    }

    @Test
    void everyRuleIsThereWhenNoneMatches() throws Exception {
        Explanation explanation =
                explain(request("work", "vault", "svc"), "svc * vault * deny", "x * * * deny", "* * vault * allow");
        assertThat(explanation.decision().rule()).isEmpty();
        assertThat(explanation.steps()).hasSize(2).noneMatch(Step::matches);
        assertThat(explanation.others()).isEqualTo(1);
        assertThat(explanation.excerpt()).isEmpty();
    }

    @Test
    void theCallToTheRelayIsSetBesideWhatADirectOneWouldGet() throws Exception {
        Explanation explanation =
                explain(request("work", "pi1", "svc+x"), "svc * work pi1 allow", "qubesair.SSHProxy * * * deny");
        Explanation.Relay relay = explanation.relay().orElseThrow();
        assertThat(relay.call().relay()).isEqualTo(new QubeName("sys-relay"));
        assertThat(relay.call().service()).hasToString("qubesair.SSHProxy+pi1+svc+x");
        assertThat(explanation.decision()).isInstanceOf(Decision.Allow.class);
        assertThat(relay.direct())
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.rule().orElseThrow().line()).isEqualTo(2));
    }

    @Test
    void aCallThatNobodyRightlyMakesHasNoSteps() throws Exception {
        Explanation explanation = explain(relayed("sys-relay", "far", "work", "svc"), "svc * * * allow");
        assertThat(explanation.source()).isEmpty();
        assertThat(explanation.steps()).isEmpty();
        assertThat(explanation.decision()).isInstanceOf(Decision.Deny.class);
        assertThat(explain(relayed("sys-relay", "pi1", "work", "svc"), "svc * * * allow")
                        .source())
                .hasValue(new QubeName("pi1"));
    }

    @Test
    void noRuleIsAskedAboutADisposableOfNoTemplate() throws Exception {
        Explanation explanation = explain(request("work", "@dispvm:vault", "svc"), "svc * * * allow");
        assertThat(explanation.steps()).isEmpty();
        assertThat(explanation.decision()).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void aRuleThatItsFileImpliesHasNoText() throws Exception {
        Policy policy =
                Policy.parse(MemoryFiles.of("!compat-4.0").with("/etc/qubes-rpc/policy/svc+x", "work vault allow"));
        Explanation explanation = policy.explain(system, request("work", "personal", "svc+x"));
        assertThat(explanation.steps().getLast().text()).isEmpty();
        assertThat(explanation.steps().getLast().location())
                .isEqualTo(new RuleLocation("/etc/qubes-rpc/policy/svc+x", 0));
        assertThat(explanation.excerpt()).isEmpty();
    }
}
