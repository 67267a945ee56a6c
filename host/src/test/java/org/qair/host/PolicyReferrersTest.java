package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;

/** Qubes that policy or the settings name are neither removed nor renamed, with a host and without. */
@Timeout(60)
class PolicyReferrersTest {
    private static final QubeName WORK = new QubeName("work");

    @TempDir
    Path root;

    private HostLayout layout;

    @BeforeEach
    void make() throws Exception {
        layout = new HostLayout(root);
        Files.createDirectories(layout.policy());
        try (AdminAccess admin = AdminAccess.open(layout)) {
            admin.call("admin.vm.Create.AppVM", "", QubeName.DOM0, "name=work label=red");
        }
    }

    private void refused(String verb, String places) {
        assertThatThrownBy(() -> {
                    try (AdminAccess admin = AdminAccess.open(layout)) {
                        if (verb.equals("removed")) {
                            admin.call("admin.vm.Remove", "", WORK, "");
                        } else {
                            admin.call("admin.vm.property.Set", "name", WORK, "other");
                        }
                    }
                })
                .isInstanceOfSatisfying(
                        AdminRefusedException.class,
                        refusal -> assertThat(refusal.type()).isEqualTo("QubesVMInUseError"))
                .hasMessage("qube `work` can't be %s: it is in use as %s".formatted(verb, places));
    }

    private void writePolicy(String text) throws Exception {
        Files.writeString(layout.policy().resolve("30-user.policy"), text);
    }

    @Test
    void aStoppedHostReadsItsPolicyAndSettings() throws Exception {
        writePolicy("!include more\n* * @anyvm work allow\n");
        Files.writeString(layout.policy().resolve("more"), "* * work @default allow target=work\n");
        Files.createDirectories(layout.settingsDirectory());
        Files.writeString(
                layout.settings(),
                "[endpoint]\nlisten = \"127.0.0.1:0\"\n[[endpoint.relay]]\nname = \"work\"\nkey = \"k\"\n");
        String places =
                "source in %s/more:1, target= in %s/more:1, target in %s/30-user.policy:2, relay of the endpoint in %s:5"
                        .formatted(layout.policy(), layout.policy(), layout.policy(), layout.settings());
        refused("removed", places);
        refused("renamed", places);
        Files.writeString(layout.settings(), "no settings\n");
        writePolicy("* * @tag:work @anyvm allow\n");
        try (AdminAccess admin = AdminAccess.open(layout)) {
            admin.call("admin.vm.Remove", "", WORK, "");
        }
    }

    @Test
    void aQubeThatIsAVirtualMachineOfTheSettingsStays() throws Exception {
        Files.createDirectories(layout.settingsDirectory());
        Files.writeString(layout.settings(), "[[agents.qube]]\nname = \"work\"\nvsock-cid = 7\n");
        refused("removed", "virtual machine in %s:2".formatted(layout.settings()));
        refused("renamed", "virtual machine in %s:2".formatted(layout.settings()));
    }

    @Test
    void aRuleThatWasWrittenJustNowCounts() throws Exception {
        try (Host host = Host.start(layout, HostSettings.read(layout.settings()))) {
            assertThat(host.readyLine()).contains("ready");
            writePolicy("* * work @anyvm deny\n");
            refused("removed", "source in %s/30-user.policy:1".formatted(layout.policy()));
            refused("renamed", "source in %s/30-user.policy:1".formatted(layout.policy()));
        }
    }

    @Test
    void aUuidHoldsTheQubeButNotItsName() throws Exception {
        String uuid;
        try (AdminAccess admin = AdminAccess.open(layout)) {
            String line = admin.call("admin.vm.List", "", WORK, "");
            uuid = line.substring(line.indexOf("uuid=") + 5).strip();
        }
        writePolicy("* * uuid:%s @anyvm deny\n".formatted(uuid));
        refused("removed", "source in %s/30-user.policy:1".formatted(layout.policy()));
        try (AdminAccess admin = AdminAccess.open(layout)) {
            admin.call("admin.vm.property.Set", "name", WORK, "other");
        }
    }
}
