package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.qair.policy.TestSystem.qube;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qair.policy.Finding.Kind;
import org.qair.policy.Finding.Severity;

class PolicyLintTest {
    private static final String FILE = "/etc/qubes/policy.d/50-test.policy";

    private static List<String> lint(String... lines) {
        return PolicyLint.check(MemoryFiles.of(lines), Optional.of(TestSystem.usual()), Optional.empty()).stream()
                .filter(finding -> finding.kind() != Kind.UNREACHABLE)
                .map(finding -> finding.toString().replace(FILE + ":", ""))
                .toList();
    }

    @Test
    void allErrorsWithPlaceAndSuggestionAndNothingElse() {
        List<Finding> findings = PolicyLint.check(
                MemoryFiles.of("svc * @anyv work allow", "svc * nobody work allow", "svc * work"),
                Optional.of(TestSystem.usual()),
                Optional.empty());
        assertThat(findings)
                .extracting(Finding::toString)
                .containsExactly(
                        FILE + ":1: `@anyv` is no source: did you mean `@anyvm`?",
                        FILE
                                + ":3: a rule has 5 words at least, SERVICE ARGUMENT SOURCE TARGET ACTION, this line has 3");
        assertThat(findings).allMatch(finding -> finding.severity() == Severity.ERROR && finding.kind() == Kind.SYNTAX);
    }

    @Test
    void aGoodPolicyHasNoFindings() {
        assertThat(lint(
                        "svc +x work vault allow",
                        "svc * work vault ask default_target=vault",
                        "svc * @tag:work @dispvm:dvm allow",
                        "svc * work @adminvm deny",
                        "* * @anyvm @anyvm deny",
                        "* * * * deny"))
                .isEmpty();
    }

    @Test
    void shadowedRulesNameTheShadow() {
        assertThat(lint("svc * work @anyvm allow", "svc * work vault deny"))
                .containsExactly("2: this rule never decides: 1 matches all that it matches");
        assertThat(lint("* * * vault deny", "svc * work vault deny")).hasSize(1);
        assertThat(lint("svc * @anyvm vault deny", "svc +x work vault allow")).hasSize(1);
        assertThat(lint("svc +x work vault deny", "svc +x work vault allow")).hasSize(1);
        assertThat(lint("svc * @tag:work vault deny", "svc +x work vault allow"))
                .as("as the tags are now")
                .hasSize(1);
        assertThat(lint("svc * @type:AppVM vault deny", "svc * uuid:" + TestSystem.uuid("work") + " vault allow"))
                .hasSize(1);
        assertThat(lint("svc * work @anyvm deny", "svc * work @dispvm allow")).hasSize(1);
        assertThat(lint("svc * work @anyvm deny", "svc * work @default deny")).hasSize(1);
    }

    @Test
    void whatIsNotCoveredIsNotShadowed() {
        assertThat(lint("svc +x work vault deny", "svc * work vault allow")).isEmpty();
        assertThat(lint("svc +x work vault deny", "svc +y work vault allow")).isEmpty();
        assertThat(lint("svc * work vault deny", "* * work vault allow")).isEmpty();
        assertThat(lint("svc * work @anyvm deny", "svc * work @adminvm allow")).isEmpty();
        assertThat(lint("svc * work @anyvm deny", "svc * work * allow")).isEmpty();
        assertThat(lint("svc * @tag:work vault deny", "svc * vault work allow", "svc * dom0 vault allow"))
                .isEmpty();
        assertThat(lint("svc * work vault deny", "svc * @tag:work vault allow")).isEmpty();
        assertThat(lint("other * * * deny", "svc * work vault allow")).isEmpty();
    }

    @Test
    void rulesThatNothingCanMatch() {
        assertThat(lint("svc * @dispvm:dvm vault allow"))
                .containsExactly(
                        "1: source `@dispvm:dvm` never matches: a disposable calls under its own name, tags and type");
        assertThat(lint("svc * @dispvm:@tag:anon vault allow")).hasSize(1);
        assertThat(lint("svc * @type:AdminVM vault allow"))
                .containsExactly("1: source `@type:AdminVM` never matches: write `@adminvm`");
        assertThat(lint("svc * work @type:AdminVM allow"))
                .containsExactly("1: target `@type:AdminVM` never matches: write `@adminvm`");
    }

    @Test
    void namesTagsAndTypesThatNobodyHas() {
        assertThat(lint("svc * wrok vault allow")).containsExactly("1: there is no qube `wrok`: did you mean `work`?");
        assertThat(lint("svc * work somewhere allow")).containsExactly("1: there is no qube `somewhere`");
        assertThat(lint("svc * work * allow target=valt"))
                .containsExactly("1: there is no qube `valt`: did you mean `vault`?");
        assertThat(lint("svc * work vault ask default_target=@dispvm:dvn"))
                .containsExactly("1: there is no qube `dvn`: did you mean `dvm`?");
        assertThat(lint("svc * @tag:trused vault allow"))
                .containsExactly("1: no qube has tag `trused`: did you mean `trusted`?");
        assertThat(lint("svc * work @dispvm:@tag:annon allow"))
                .containsExactly("1: no qube has tag `annon`: did you mean `anon`?");
        assertThat(lint("svc * @type:AppVm vault allow"))
                .containsExactly("1: no qube has type `AppVm`: did you mean `AppVM`?");
        assertThat(lint("svc * uuid:ffffffff-0000-4000-8000-000000000000 vault allow"))
                .containsExactly("1: no qube has `uuid:ffffffff-0000-4000-8000-000000000000`");
        assertThat(lint("svc * uuid:" + TestSystem.uuid("work") + " dom0 allow"))
                .isEmpty();
    }

    @Test
    void asksWithoutCandidates() {
        String empty = "1: this rule asks, and nobody who may call has a target to choose";
        assertThat(lint("svc * work @default ask")).containsExactly(empty);
        assertThat(lint("svc * @anyvm @dispvm ask autostart=no")).containsExactly(empty);
        assertThat(lint("svc +x work @default ask", "svc +x work vault allow")).isEmpty();
        assertThat(lint("* * vault @default ask target=vault")).containsExactly(empty);
        assertThat(lint("* * @anyvm @default ask target=vault")).isEmpty();
    }

    @Test
    void servicesThatNoDirectoryHas() {
        List<Finding> findings = PolicyLint.check(
                MemoryFiles.of("qubes.Filcopy * * * allow", "qubes.Gpg + * * allow", "* * * * deny"),
                Optional.empty(),
                Optional.of(Set.of("qubes.Filecopy", "qubes.Gpg")));
        assertThat(findings)
                .extracting(Finding::message)
                .containsExactly("no service directory has `qubes.Filcopy`: did you mean `qubes.Filecopy`?");
        assertThat(findings).extracting(Finding::severity).containsOnly(Severity.WARNING);
    }

    @Test
    void remoteVmsThatNothingAllows() throws Exception {
        SystemInfo system = new TestSystem()
                .add(qube("work"))
                .add(qube("relay"))
                .add(qube("pi1").remote("relay", "T"))
                .add(qube("pi2").remote("relay", "T"))
                .add(qube("pi3").remote("relay", "T"))
                .add(qube("pi4").remote("relay", ""))
                .add(qube("pi5").remote("relay", "T"))
                .build();
        Policy policy = Policy.parse(MemoryFiles.of(
                "svc * work pi1 allow",
                "svc * pi2 work ask",
                "svc * work @default allow target=pi3",
                "svc * work pi4 allow",
                "svc * pi5 pi5 deny"));
        assertThat(PolicyLint.check(policy, Optional.of(system), Optional.empty()))
                .extracting(Finding::toString)
                .containsExactly(
                        "RemoteVM `pi4` has no transport_rpc, so what rules allow to it is refused",
                        "no rule allows a call to or from RemoteVM `pi5`");
    }
}
