package org.qair.registry.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.exchange.QubesImport.Mode;

class QubesImportTest {
    private static final QubeName WORK = new QubeName("work");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private List<String> run(Mode mode, String text) throws QubesFileException, RegistryException {
        return QubesImport.run(QubesFile.read("f", text.getBytes(StandardCharsets.UTF_8)), registry, mode);
    }

    private void fill() throws RegistryException {
        QubeName mould = new QubeName("mould");
        QubeName relay = new QubeName("sys-relay");
        registry.change(draft -> {
            draft.createLabel("scarlet", "0xff2400");
            draft.create(QubeType.TemplateVM, new QubeName("debian"), "black");
            draft.create(QubeType.AppVM, relay, "scarlet");
            draft.create(QubeType.AppVM, mould, "red");
            draft.create(QubeType.DispVM, new QubeName("disp1"), "red");
            draft.create(QubeType.RemoteVM, FAR, "gray");
            draft.create(QubeType.AppVM, WORK, "blue");
            draft.setProperty(WORK, "template", "debian");
            draft.setProperty(WORK, "default_dispvm", "");
            draft.setProperty(WORK, "autostart", "True");
            draft.setProperty(WORK, "unix_user", "alice");
            draft.setProperty(mould, "template_for_dispvms", "True");
            draft.setProperty(new QubeName("disp1"), "template", "mould");
            draft.setProperty(FAR, "relayvm", "sys-relay");
            draft.setProperty(FAR, "transport_rpc", "qubesair.SSHProxy");
            draft.setGlobal("default_dispvm", "mould");
            draft.markCreator(WORK, QubeName.DOM0);
            draft.addTag(WORK, "office");
            draft.setFeature(WORK, "vm-config.quote", "a \"b\" \\ c");
            draft.setFeature(WORK, "internal", "");
            draft.setFeature(QubeName.DOM0, "servicevm", "1");
        });
    }

    @Test
    void what_is_exported_is_imported_exactly() throws Exception {
        fill();
        String text = QubesExport.ofAll(registry.snapshot());
        assertThat(text).contains("[qube.work]\nclass = \"AppVM\"\n", "autostart = true\n", "\n[qube.dom0.features]\n");
        assertThat(run(Mode.PREVIEW, text)).isEmpty();
        try (Registry other = Registry.open(directory.resolve("other.db"))) {
            List<String> made =
                    QubesImport.run(QubesFile.read("f", text.getBytes(StandardCharsets.UTF_8)), other, Mode.NEW);
            assertThat(made).contains("+ [qube.far] relayvm = \"sys-relay\"", "+ [labels] scarlet = \"0xff2400\"");
            assertThat(Content.of(other.snapshot())).isEqualTo(Content.of(registry.snapshot()));
            assertThat(QubesExport.ofAll(other.snapshot())).isEqualTo(text);
        }
    }

    @Test
    void some_qubes_are_exported_with_their_labels() throws Exception {
        fill();
        String text = QubesExport.of(registry.snapshot(), List.of(new QubeName("sys-relay"), FAR));
        assertThat(text).contains("scarlet").contains("[qube.far]").doesNotContain("[qube.work]", "[host]");
        assertThat(QubesExport.of(registry.snapshot(), List.of(WORK))).doesNotContain("scarlet");
        assertThatThrownBy(() -> QubesExport.of(registry.snapshot(), List.of(new QubeName("none"))))
                .hasMessage("no such qube: `none`");
    }

    @Test
    void a_preview_says_what_would_change_and_changes_nothing() throws Exception {
        fill();
        RegistrySnapshot before = registry.snapshot();
        String text = """
                [qube.work]
                class = "AppVM"
                label = "red"
                unix_user = "alice"
                tags = ["home"]
                [qube.new]
                class = "RemoteVM"
                uuid = "11112222-3333-4444-0000-000000000001"
                """;
        List<String> changes = List.of(
                "+ [qube.new] class = \"RemoteVM\"",
                "+ [qube.new] label = \"red\"",
                "+ [qube.new] uuid = \"11112222-3333-4444-0000-000000000001\"",
                "- [qube.work.features] internal = \"\"",
                "- [qube.work.features] \"vm-config.quote\" = \"a \\\"b\\\" \\\\ c\"",
                "- [qube.work] autostart = true",
                "- [qube.work] default_dispvm = \"\"",
                "- [qube.work] label = \"blue\"",
                "+ [qube.work] label = \"red\"",
                "+ [qube.work] tag \"home\"",
                "- [qube.work] tag \"office\"",
                "- [qube.work] template = \"debian\"");
        assertThat(run(Mode.PREVIEW, text)).containsExactlyInAnyOrderElementsOf(changes);
        assertThat(registry.snapshot()).isSameAs(before);
        assertThat(run(Mode.APPLY, text)).containsExactlyInAnyOrderElementsOf(changes);
        QubeRecord work = registry.snapshot().get(WORK);
        assertThat(work.tags()).containsExactly("created-by-dom0", "home");
        assertThat(work.features()).isEmpty();
        assertThat(registry.snapshot().find(FAR)).isPresent();
        assertThat(registry.snapshot().hostProperties().value("default_dispvm").value())
                .isEqualTo("mould");
        assertThat(run(Mode.APPLY, text)).isEmpty();
    }

    @Test
    void an_empty_table_of_the_host_gives_it_its_defaults() throws Exception {
        fill();
        assertThat(run(Mode.APPLY, "[host]\n")).containsExactly("- [host] default_dispvm = \"mould\"");
    }

    @Test
    void one_fault_and_nothing_is_changed_all_faults_are_told() throws Exception {
        fill();
        RegistrySnapshot before = registry.snapshot();
        RegistryException refused = catchThrowableOfType(RegistryException.class, () -> run(Mode.APPLY, """
                [labels]
                scarlet = "0x000000"
                [host]
                default_guivm = "none-such"
                [qube.ok]
                class = "AppVM"
                label = "red"
                [qube.work]
                class = "StandaloneVM"
                [qube.far]
                class = "RemoteVM"
                uuid = "11112222-3333-4444-0000-000000000001"
                relayvm = "dom0"
                tags = ["relayvm-x", "created-by-1"]
                memory = 400
                [qube.lab]
                class = "AppVM"
                label = "mauve"
                """));
        assertThat(refused.error()).isEqualTo(RegistryError.QubesValueError);
        assertThat(refused).hasMessage("""
                        f:2: label `scarlet` has color 0xff2400 here, not 0x000000
                        f:8: qube `work` is of class AppVM here and can't become one of class StandaloneVM
                        f:10: qube `far` is another one here: its uuid is %s; remove or rename it first
                        f:16: label does not exist: `mauve`
                        f:15: no such property of `far`, which is of class RemoteVM: `memory`
                        f:13: invalid value `dom0` for property `relayvm`: a qube of class AdminVM can't be that
                        f:4: no such qube: `none-such`
                        f:14: qube name `1` does not start with a letter
                        f:14: tag `relayvm-x` is kept by the registry and can't be changed by hand""".formatted(before.get(FAR).uuid()));
        assertThat(registry.snapshot()).isSameAs(before);
    }

    @Test
    void new_refuses_what_is_there() throws Exception {
        fill();
        assertThatThrownBy(() -> run(Mode.NEW, "[qube.work]\nclass = \"AppVM\"\n"))
                .isInstanceOfSatisfying(
                        RegistryException.class,
                        refusal -> assertThat(refusal.error()).isEqualTo(RegistryError.QubesVMAlreadyExistsError))
                .hasMessage("f:1: there is already a qube `work`");
    }

    @Test
    void a_system_of_the_field_is_imported_whole() throws Exception {
        QubesImport.run(QubesXmlTest.system(), registry, Mode.NEW);
        RegistrySnapshot snapshot = registry.snapshot();
        assertThat(snapshot.qubes()).hasSize(8);
        assertThat(snapshot.get(new QubeName("pi")).tags()).containsExactly("relayvm-sys-net");
        assertThat(snapshot.get(WORK).label()).isEqualTo("scarlet");
        assertThat(snapshot.systemInfo().find(WORK))
                .isEqualTo(QubesXmlTest.system().system().find(WORK));
        assertThat(run(Mode.PREVIEW, QubesExport.ofAll(snapshot))).isEmpty();
    }
}
