package org.qair.cli.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.qair.cli.Machine;
import org.qair.policy.QubeName;

/** A host under the field's tools, as they are known to behave, in dom0 and in a qube that manages. */
@Timeout(240)
class FieldToolsTest {
    @TempDir
    Path directory;

    enum Where {
        DOM0,
        QUBE;

        Wire wire(Machine machine) {
            return switch (this) {
                case DOM0 -> new SocketWire(machine.layout.adminSocket());
                case QUBE -> new QrexecWire(machine.layout.agentSocket(new QubeName("mgmt")));
            };
        }
    }

    /** What is done with tools on a host that has the qubes mgmt, relay and work. */
    interface Session {
        void run(FieldClient client, FieldTools tools) throws Exception;
    }

    private void on(Where where, Session session) throws Exception {
        try (Machine machine = new Machine(directory)) {
            for (String name : new String[] {"mgmt", "relay", "work"}) {
                machine.qair("qube", "create", name);
            }
            machine.policy("* * mgmt @anyvm allow target=dom0", "* * mgmt @adminvm allow");
            machine.start();
            FieldClient client = new FieldClient(where.wire(machine));
            session.run(client, new FieldTools(client));
        }
    }

    private static void assertRefused(String type, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FieldException.class,
                        refused -> assertThat(refused.type()).isEqualTo(type));
    }

    @ParameterizedTest
    @EnumSource
    void aRemoteVmIsCreatedListedSetAndRemoved(Where where) throws Exception {
        on(where, (client, tools) -> {
            Map<String, String> properties = new LinkedHashMap<>();
            properties.put("relayvm", "relay");
            properties.put("transport_rpc", "qubesair.SSHProxy");
            properties.put("remote_name", "office");
            tools.create("RemoteVM", "far", "gray", properties);
            assertThat(tools.ls("NAME", "STATE", "CLASS", "LABEL", "TEMPLATE", "NETVM"))
                    .containsExactly(
                            "dom0|Running|AdminVM|black|-|-",
                            "far|Running|RemoteVM|gray|-|-",
                            "mgmt|Running|AppVM|red|-|-",
                            "relay|Running|AppVM|red|-|-",
                            "work|Running|AppVM|red|-|-");
            String maker = where == Where.DOM0 ? "created-by-dom0" : "created-by-mgmt";
            assertThat(tools.ls("NAME", "RELAYVM", "REMOTE-NAME", "DISK", "TAGS", "KERNEL"))
                    .contains("far|relay|office|0|" + maker + ",relayvm-relay|-");
            assertThat(tools.prefs("far"))
                    .contains("klass D RemoteVM", "label - gray", "relayvm - relay", "include_in_backups D True");
            assertThat(tools.help("far")).contains("relayvm", "transport_rpc", "remote_name", "label");
            tools.set("far", "remote_name", "");
            assertThat(tools.get("far", "remote_name")).isEmpty();
            tools.reset("far", "relayvm");
            assertThat(tools.get("far", "relayvm")).isEqualTo("None");
            assertThat(client.defaultOf("far", "relayvm")).hasValue("");
            assertThat(client.defaultOf("far", "label")).isEmpty();
            assertThat(tools.remove("far")).isEmpty();
            assertRefused(
                    where == Where.DOM0 ? "QubesVMNotFoundError" : FieldException.NO_ANSWER,
                    () -> tools.get("far", "klass"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aQubeInUseIsNotRemovedAndTheToolSaysWhereItIs(Where where) throws Exception {
        on(where, (client, tools) -> {
            tools.create("RemoteVM", "far", "gray", Map.of("relayvm", "relay"));
            tools.set("work", "guivm", "relay");
            client.call("dom0", "admin.property.Set", "default_guivm", "relay");
            assertThat(tools.remove("relay"))
                    .hasSize(3)
                    .contains("guivm for work", "global property default_guivm")
                    .last()
                    .asString()
                    .contains("relayvm of `far`", "guivm of `work`");
        });
    }

    @ParameterizedTest
    @EnumSource
    void tagsAndFeatures(Where where) throws Exception {
        on(where, (client, tools) -> {
            client.call("work", "admin.vm.tag.Set", "blue", null);
            assertThat(client.call("work", "admin.vm.tag.Get", "blue", null)).isEqualTo("1");
            assertThat(client.lines(client.call("work", "admin.vm.tag.List"))).contains("blue");
            client.call("work", "admin.vm.tag.Remove", "blue", null);
            assertRefused("QubesTagNotFoundError", () -> client.call("work", "admin.vm.tag.Remove", "blue", null));
            assertThat(tools.feature("work", "os")).isEmpty();
            client.call("work", "admin.vm.feature.Set", "os", "100% Linux");
            assertThat(tools.feature("work", "os")).hasValue("100% Linux");
            client.call("work", "admin.vm.feature.Remove", "os", null);
            assertRefused("QubesFeatureNotFoundError", () -> client.call("work", "admin.vm.feature.Get", "os", null));
        });
    }

    @ParameterizedTest
    @EnumSource
    void powerIsRefusedInWaysThatTheToolsKnow(Where where) throws Exception {
        on(where, (client, tools) -> {
            tools.create("RemoteVM", "far", "gray", Map.of());
            assertThat(tools.mayRun("far")).isTrue();
            assertThat(tools.mayRun("work")).isTrue();
            for (String method : new String[] {"Shutdown", "Kill", "Suspend", "Pause"}) {
                assertRefused("QubesVMError", () -> client.call("far", "admin.vm." + method));
            }
            assertRefused("QubesVMNotPausedError", () -> client.call("far", "admin.vm.Unpause"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aLocalQubeIsOnNoNetworkAndCannotBePutOnOne(Where where) throws Exception {
        on(where, (client, tools) -> {
            assertThat(tools.networked("work")).isFalse();
            tools.set("work", "netvm", "");
            assertThat(tools.get("work", "netvm")).isEqualTo("None");
            assertRefused("QubesPropertyValueError", () -> tools.set("work", "netvm", "relay"));
            assertRefused("QubesPropertyValueError", () -> tools.set("work", "provides_network", "True"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aMessageWithAPercentSignIsReadAsItWasMeant(Where where) throws Exception {
        on(where, (client, tools) -> {
            assertThatThrownBy(() -> tools.set("work", "default_user", "100%"))
                    .isInstanceOf(FieldException.class)
                    .hasMessageContaining("`100%`");
            assertRefused("QubesNoSuchPropertyError", () -> tools.get("work", "memory"));
            assertRefused(FieldException.NO_ANSWER, () -> client.call("work", "admin.vm.firewall.Get"));
        });
    }

    @ParameterizedTest
    @EnumSource
    void aListenerHearsWhatHappens(Where where) throws Exception {
        on(where, (client, tools) -> {
            try (FieldEvents events = client.events("dom0")) {
                assertThat(events.next().name()).isEqualTo("connection-established");
                tools.create("RemoteVM", "far", "gray", Map.of("relayvm", "relay"));
                assertThat(events.next("domain-add").details()).containsEntry("vm", "far");
                assertThat(events.next("property-set:relayvm"))
                        .isEqualTo(new FieldEvents.Event(
                                "far",
                                "property-set:relayvm",
                                Map.of("name", "relayvm", "newvalue", "relay", "oldvalue", "None")));
                assertThat(events.next("domain-tag-add:relayvm-relay").details())
                        .containsEntry("tag", "relayvm-relay");
                client.call("far", "admin.vm.feature.Set", "os", "Linux");
                assertThat(events.next("domain-feature-set:os").details())
                        .isEqualTo(Map.of("feature", "os", "value", "Linux"));
                tools.reset("far", "relayvm");
                assertThat(events.next("property-reset:relayvm").details()).containsEntry("oldvalue", "relay");
                assertThat(Optional.of(tools.remove("far")))
                        .hasValueSatisfying(uses -> assertThat(uses).isEmpty());
                assertThat(events.next("domain-delete").details()).containsEntry("vm", "far");
            }
        });
    }
}
