package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.daemon.Judge;
import org.qair.host.settings.HostSettings.OnBrokenPolicy;
import org.qair.policy.Decision;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;

/** What comes into force of policy files and tables on disk. */
class LivePolicyTest {
    private static final SystemInfo SYSTEM = new SystemInfo(List.of(qube("work"), qube("vault")));
    private static final String ALLOW = "svc * work vault allow\n";
    private static final String DENY = "svc * work vault deny\n";

    @TempDir
    Path root;

    private Path etc = Path.of("/");
    private Path run = Path.of("/");
    private LivePolicy policy = new LivePolicy(OnBrokenPolicy.DENY, () -> SYSTEM);

    @BeforeEach
    void directories() throws Exception {
        etc = Files.createDirectories(root.resolve("etc/qubes/policy.d"));
        run = Files.createDirectories(root.resolve("run/qubes/policy.d"));
    }

    private static Qube qube(String name) {
        return new Qube(
                new QubeName(name),
                QubeType.AppVM,
                UUID.nameUUIDFromBytes(name.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                Set.of(),
                Optional.empty(),
                false,
                false,
                "Running",
                "",
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private void read(String rules, String table) throws Exception {
        Files.writeString(etc.resolve("30.policy"), rules);
        Files.writeString(etc.resolve("30.tests"), table);
        read();
    }

    private void read() {
        PolicyDirectory directory = new PolicyDirectory(root, etc, Optional.of(run));
        policy.read(directory, directory::tables);
    }

    private static Decision decide(Judge judge) {
        return judge.decide(
                SYSTEM,
                new Request(
                        new QubeName("work"),
                        Optional.empty(),
                        RequestedTarget.parse("vault"),
                        ServiceName.parse("svc")));
    }

    private String decision() {
        return switch (decide(policy.inForce())) {
            case Decision.Allow allow -> "allow";
            case Decision.Ask ask -> "ask";
            case Decision.Deny deny -> "deny: " + deny.reason();
        };
    }

    @Test
    void withoutAPolicyEveryCallIsDenied() {
        assertThat(decision()).isEqualTo("deny: the policy has not been read yet");
    }

    @Test
    void whatKeepsItsExpectationsComesIntoForce() throws Exception {
        read(ALLOW, "work vault svc allow\n");
        assertThat(decision()).isEqualTo("allow");
        read(DENY, "work vault svc deny\n");
        assertThat(decision()).startsWith("deny: ").contains("30.policy:1");
    }

    @Test
    void whatFailsItsTestsIsNotLoadedAndTheOneBeforeStays() throws Exception {
        read(ALLOW, "work vault svc allow\n");
        Judge before = policy.inForce();
        read(DENY, "# comment\nwork vault svc allow\n");
        assertThat(policy.inForce()).isSameAs(before);
        assertThat(decision()).isEqualTo("allow");
        read(DENY, "");
        assertThat(decision()).startsWith("deny");
    }

    @Test
    void whatFailsItsTestsAtTheStartDeniesAndNamesTheRow() throws Exception {
        read(ALLOW, "\nwork vault svc deny\n");
        assertThat(decision()).contains("fails its own tests", etc.resolve("30.tests") + ":2: expected deny");
    }

    @Test
    void aBrokenTableIsNoPermissionToLoad() throws Exception {
        for (String broken : List.of("work vault svc alow\n", "work\n", "work vault svc deny dom0\n", "\u0000")) {
            policy = new LivePolicy(OnBrokenPolicy.KEEP_LAST_GOOD, () -> SYSTEM);
            read(ALLOW, broken);
            assertThat(decision()).as(broken).contains(etc.resolve("30.tests") + ":1: ");
            read(ALLOW, "");
            read(DENY, broken);
            assertThat(decision()).as(broken).isEqualTo("allow");
        }
    }

    @Test
    void aTableThatCannotBeReadIsNoPermissionToLoad() throws Exception {
        Path huge = etc.resolve("huge.tests");
        try (java.io.RandomAccessFile file = new java.io.RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(PolicyDirectory.MAX_FILE + 1L);
        }
        read(ALLOW, "");
        assertThat(decision()).contains("cannot be read", "huge.tests");
    }

    @Test
    void aTableInRunShadowsItsNamesakeAndOthersCountToo() throws Exception {
        Files.writeString(run.resolve("30.tests"), "work vault svc allow\n");
        Files.writeString(etc.resolve(".hidden.tests"), "nonsense");
        read(ALLOW, "work vault svc deny\n");
        assertThat(decision()).isEqualTo("allow");
        Files.writeString(run.resolve("40.tests"), "work vault svc deny\n");
        read(DENY.replace("deny", "ask"), "");
        assertThat(decision()).isEqualTo("allow");
    }

    @Test
    void whatCannotBeParsedDeniesUnlessTheLastGoodOneIsToStay() throws Exception {
        read(ALLOW, "");
        read("nonsense\n", "");
        assertThat(decision()).contains("is broken", "30.policy:1");
        read(ALLOW, "work vault svc deny\n");
        assertThat(decision()).as("there is none before it").contains("fails its own tests");
        policy = new LivePolicy(OnBrokenPolicy.KEEP_LAST_GOOD, () -> SYSTEM);
        read("nonsense\n", "");
        assertThat(decision()).contains("is broken");
        read(ALLOW, "");
        read("nonsense\n", "");
        assertThat(decision()).isEqualTo("allow");
    }

    @Test
    void aSnapshotGoesOnAsItWas() throws Exception {
        read(ALLOW, "");
        Judge inFlight = policy.inForce();
        read(DENY, "");
        assertThat(decide(inFlight)).isInstanceOf(Decision.Allow.class);
        assertThat(decision()).startsWith("deny");
    }
}
