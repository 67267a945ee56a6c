package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;

class AdminApiTest {
    private static final UUID FAR_UUID = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final UUID RELAY_UUID = UUID.fromString("21111111-2222-3333-4444-555555555555");

    @TempDir
    Path directory;

    private Registry registry;
    private AdminApi api;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, new QubeName("sys-relay"), "red", RELAY_UUID);
            draft.create(QubeType.RemoteVM, new QubeName("far"), "gray", FAR_UUID);
            draft.setProperty(new QubeName("far"), "relayvm", "sys-relay");
        });
        api = AdminApi.of(registry);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void qubes_are_listed_dom0_first() {
        assertThat(ok("admin.vm.List", "", "dom0", "")).isEqualTo("""
                dom0 class=AdminVM state=Running uuid=00000000-0000-0000-0000-000000000000
                far class=RemoteVM state=Running uuid=11111111-2222-3333-4444-555555555555
                sys-relay class=AppVM state=Running uuid=21111111-2222-3333-4444-555555555555
                """);
        assertThat(ok("admin.vm.List", "", "far", ""))
                .isEqualTo("far class=RemoteVM state=Running uuid=11111111-2222-3333-4444-555555555555\n");
        assertThat(ok("admin.vm.List", "", "uuid:" + FAR_UUID, "")).startsWith("far ");
    }

    @Test
    void the_properties_of_a_remotevm_come_in_the_field_s_order() {
        assertThat(ok("admin.vm.property.List", "", "far", "")).isEqualTo("""
                host_key
                icon
                include_in_backups
                klass
                label
                name
                peer
                proof
                protect
                qid
                remote_name
                transport_rpc
                uuid
                relayvm
                """);
        assertThat(ok("admin.vm.property.GetAll", "", "far", "")).isEqualTo("""
                host_key default=True type=str\s
                icon default=True type=str appvm-gray
                include_in_backups default=True type=bool True
                klass default=True type=str RemoteVM
                label default=False type=label gray
                name default=False type=str far
                peer default=True type=str\s
                proof default=True type=str preferred
                protect default=True type=str off
                qid default=False type=int 2
                remote_name default=True type=str\s
                transport_rpc default=True type=str\s
                uuid default=False type=str 11111111-2222-3333-4444-555555555555
                relayvm default=False type=vm sys-relay
                """);
    }

    @Test
    void a_property_is_read_set_and_reset() {
        assertThat(ok("admin.vm.property.Get", "relayvm", "far", "")).isEqualTo("default=False type=vm sys-relay");
        assertThat(ok("admin.vm.property.GetDefault", "relayvm", "far", "")).isEqualTo("type=vm ");
        assertThat(ok("admin.vm.property.GetDefault", "include_in_backups", "far", ""))
                .isEqualTo("type=bool True");
        assertThat(ok("admin.vm.property.GetDefault", "label", "far", "")).isEmpty();
        assertThat(ok("admin.vm.property.Set", "relayvm", "far", "")).isEmpty();
        assertThat(ok("admin.vm.property.Get", "relayvm", "far", "")).isEqualTo("default=False type=vm ");
        ok("admin.vm.property.Reset", "relayvm", "far", "");
        assertThat(ok("admin.vm.property.Get", "relayvm", "far", "")).isEqualTo("default=True type=vm ");
        ok("admin.vm.property.Set", "relayvm", "far", "uuid:" + RELAY_UUID);
        assertThat(ok("admin.vm.property.Get", "relayvm", "far", "")).isEqualTo("default=False type=vm sys-relay");
        ok("admin.vm.property.Set", "remote_name", "far", "work");
        assertThat(ok("admin.vm.property.Get", "remote_name", "far", "")).isEqualTo("default=False type=str work");
        ok("admin.vm.property.Set", "include_in_backups", "far", "no");
        assertThat(ok("admin.vm.property.Get", "include_in_backups", "far", ""))
                .isEqualTo("default=False type=bool False");
        assertThat(ok("admin.vm.property.Help", "relayvm", "far", ""))
                .endsWith(".")
                .doesNotContain("\n");
    }

    @Test
    void the_host_has_properties_too() {
        assertThat(ok("admin.property.List", "", "dom0", ""))
                .isEqualTo("default_audiovm\ndefault_dispvm\ndefault_guivm\n");
        ok("admin.property.Set", "default_dispvm", "dom0", "sys-relay");
        assertThat(ok("admin.property.GetAll", "", "dom0", "")).isEqualTo("""
                        default_audiovm default=True type=vm dom0
                        default_dispvm default=False type=vm sys-relay
                        default_guivm default=True type=vm dom0
                        """);
        assertThat(ok("admin.vm.property.Get", "default_dispvm", "sys-relay", ""))
                .isEqualTo("default=True type=vm sys-relay");
        ok("admin.property.Reset", "default_dispvm", "dom0", "");
        assertThat(ok("admin.property.Get", "default_dispvm", "dom0", "")).isEqualTo("default=True type=vm ");
        assertThat(ok("admin.property.GetDefault", "default_guivm", "dom0", "")).isEqualTo("type=vm dom0");
    }

    @Test
    void a_remotevm_is_made_used_and_removed() {
        assertThat(ok("admin.vm.Create.RemoteVM", "", "dom0", "name=new label=blue"))
                .isEmpty();
        assertThat(ok("admin.vm.tag.List", "", "new", "")).isEqualTo("created-by-dom0\n");
        assertThat(ok("admin.vm.CurrentState", "", "new", ""))
                .isEqualTo("mem=0 mem_static_max=0 cputime=0 power_state=Running");
        ok("admin.vm.Remove", "", "new", "");
        failed("QubesVMNotFoundError", "no such qube: `new`", "admin.vm.List", "", "new", "");
    }

    @Test
    void an_appvm_takes_its_template_as_argument_and_features_from_it() {
        ok("admin.vm.Create.TemplateVM", "", "dom0", "label=black name=debian");
        ok("admin.vm.Create.AppVM", "debian", "dom0", "name=work label=blue");
        ok("admin.vm.feature.Set", "os", "debian", "Linux");
        assertThat(ok("admin.vm.feature.CheckWithTemplate", "os", "work", "")).isEqualTo("Linux");
        failed(
                "QubesFeatureNotFoundError",
                "feature not set for qube `work`: `os`",
                "admin.vm.feature.Get",
                "os",
                "work",
                "");
        failed(
                "QubesValueError",
                "a qube of class RemoteVM is not based on a template",
                "admin.vm.Create.RemoteVM",
                "debian",
                "dom0",
                "name=other label=red");
        ok("admin.vm.feature.Set", "x", "dom0", "1");
        assertThat(ok("admin.vm.feature.CheckWithTemplateAndAdminVM", "x", "work", ""))
                .isEqualTo("1");
        assertThat(ok("admin.vm.feature.CheckWithAdminVM", "x", "work", "")).isEqualTo("1");
    }

    @Test
    void tags_features_labels_and_classes() {
        ok("admin.vm.tag.Set", "trusted", "far", "");
        assertThat(ok("admin.vm.tag.List", "", "far", "")).isEqualTo("relayvm-sys-relay\ntrusted\n");
        assertThat(ok("admin.vm.tag.Get", "trusted", "far", "")).isEqualTo("1");
        ok("admin.vm.tag.Remove", "trusted", "far", "");
        assertThat(ok("admin.vm.tag.Get", "trusted", "far", "")).isEqualTo("0");
        failed(
                "QubesTagNotFoundError",
                "tag not set for qube `far`: `trusted`",
                "admin.vm.tag.Remove",
                "trusted",
                "far",
                "");
        ok("admin.vm.feature.Set", "internal", "far", "");
        assertThat(ok("admin.vm.feature.List", "", "far", "")).isEqualTo("internal\n");
        assertThat(ok("admin.vm.feature.Get", "internal", "far", "")).isEmpty();
        ok("admin.vm.feature.Remove", "internal", "far", "");
        assertThat(ok("admin.vm.feature.List", "", "far", "")).isEmpty();
        assertThat(ok("admin.label.List", "", "dom0", ""))
                .isEqualTo("red\norange\nyellow\ngreen\ngray\nblue\npurple\nblack\n");
        ok("admin.label.Create", "pink", "dom0", "0xff00ff");
        assertThat(ok("admin.label.Get", "pink", "dom0", "")).isEqualTo("0xff00ff");
        assertThat(ok("admin.label.Index", "pink", "dom0", "")).isEqualTo("9");
        ok("admin.label.Remove", "pink", "dom0", "");
        failed("QubesLabelNotFoundError", "label does not exist: `pink`", "admin.label.Get", "pink", "dom0", "");
        assertThat(ok("admin.vmclass.List", "", "dom0", ""))
                .isEqualTo("AdminVM\nAppVM\nDispVM\nRemoteVM\nStandaloneVM\nTemplateVM\n");
    }

    @ParameterizedTest
    @CsvSource({
        "Start, QubesVMNotHaltedError, Cannot start a RemoteVM.",
        "Shutdown, QubesVMError, Cannot shutdown a RemoteVM.",
        "Kill, QubesVMError, Cannot kill a RemoteVM.",
        "Suspend, QubesVMError, Cannot suspend a RemoteVM.",
    })
    void a_remotevm_is_neither_started_nor_stopped(String method, String error, String message) {
        failed(error, message, "admin.vm." + method, "", "far", "");
    }

    @Test
    void a_relay_in_use_stays() {
        failed(
                "QubesVMInUseError",
                "qube `sys-relay` can't be removed: it is in use as relayvm of `far`",
                "admin.vm.Remove",
                "",
                "sys-relay",
                "");
        failed("QubesVMInUseError", "`dom0` is the host itself", "admin.vm.Remove", "", "dom0", "");
    }

    @Test
    void a_destination_must_be_there() {
        failed("QubesVMNotFoundError", "no such qube: `x`", "admin.vm.List", "", "x", "");
        failed("QubesVMInvalidUUIDError", "`1-2-3-4-5` is no uuid", "admin.vm.List", "", "uuid:1-2-3-4-5", "");
        failed(
                "QubesVMNotFoundError",
                "no such qube: `uuid:00000000-0000-0000-0000-000000000009`",
                "admin.vm.List",
                "",
                "uuid:00000000-0000-0000-0000-000000000009",
                "");
        failed("QubesValueError", "qube name `9` does not start with a letter", "admin.vm.List", "", "9", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "admin.vm.Nothing||dom0||no such method: `admin.vm.Nothing`",
                "internal.GetSystemInfo||dom0||no such method: `internal.GetSystemInfo`",
                "admin.vm.List|x|dom0||admin.vm.List: unexpected argument",
                "admin.vm.List||dom0|x|admin.vm.List: unexpected payload",
                "admin.vm.property.Get||far||admin.vm.property.Get: expected argument",
                "admin.label.List||far||admin.label.List: expected dom0 as destination",
                "admin.vm.Create.RemoteVM||dom0|name=x|admin.vm.Create.RemoteVM: name= or label= is missing",
                "admin.vm.Create.RemoteVM||dom0|name=x name=y label=red|admin.vm.Create.RemoteVM: parameter name= is given twice",
                "admin.vm.Create.RemoteVM||dom0|name=x label=red pool=y|admin.vm.Create.RemoteVM: unknown parameter `pool=y`",
                "admin.vm.Shutdown|force+now|far||admin.vm.Shutdown: an argument that is neither force nor wait",
                "admin.vm.Create.Nothing||dom0|name=x label=red|no such method: `admin.vm.Create.Nothing`",
            })
    void what_makes_no_sense_gets_no_answer(
            String method, String argument, String destination, String payload, String reason) {
        assertThat(handle(method, orEmpty(argument), destination, orEmpty(payload)))
                .isEqualTo(new AdminAnswer.Malformed(reason));
    }

    @Test
    void system_info_has_every_field() {
        AdminApi internal = AdminApi.internal(registry);
        AdminAnswer answer = internal.handle(AdminCall.of("internal.GetSystemInfo", "", QubeName.DOM0, ""));
        assertThat(((AdminAnswer.Ok) answer).text())
                .isEqualTo("{\"domains\": {\"dom0\": {\"internal\": null, \"tags\": [], \"type\": \"AdminVM\","
                        + " \"template_for_dispvms\": false, \"default_dispvm\": null, \"icon\": \"adminvm-black\","
                        + " \"label\": \"0x000000\", \"guivm\": null, \"relayvm\": null, \"transport_rpc\": null,"
                        + " \"power_state\": \"Running\", \"uuid\": \"00000000-0000-0000-0000-000000000000\"},"
                        + " \"far\": {\"internal\": null, \"tags\": [\"relayvm-sys-relay\"], \"type\": \"RemoteVM\","
                        + " \"template_for_dispvms\": false, \"default_dispvm\": null, \"icon\": \"appvm-gray\","
                        + " \"label\": \"0x555753\", \"guivm\": null, \"relayvm\": \"sys-relay\","
                        + " \"transport_rpc\": null, \"power_state\": \"Running\", \"uuid\": \"" + FAR_UUID + "\"},"
                        + " \"sys-relay\": {\"internal\": null, \"tags\": [], \"type\": \"AppVM\","
                        + " \"template_for_dispvms\": false, \"default_dispvm\": null, \"icon\": \"appvm-red\","
                        + " \"label\": \"0xcc0000\", \"guivm\": \"dom0\", \"relayvm\": null, \"transport_rpc\": null,"
                        + " \"power_state\": \"Running\", \"uuid\": \"" + RELAY_UUID + "\"}}}");
    }

    private String ok(String method, String argument, String destination, String payload) {
        AdminAnswer answer = handle(method, argument, destination, payload);
        assertThat(answer).isInstanceOf(AdminAnswer.Ok.class);
        return ((AdminAnswer.Ok) answer).text();
    }

    private void failed(
            String type, String message, String method, String argument, String destination, String payload) {
        assertThat(handle(method, argument, destination, payload)).isEqualTo(new AdminAnswer.Failure(type, message));
    }

    private AdminAnswer handle(String method, String argument, String destination, String payload) {
        return api.handle(
                new AdminCall(QubeName.DOM0, method, argument, destination, payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
