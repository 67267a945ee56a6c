package org.qair.registry.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;

class QubesTomlTest {
    static QubesFile read(String... lines) throws QubesFileException {
        return QubesFile.read("f", String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void everything_has_its_place() throws Exception {
        QubesFile file = read(
                "# a comment",
                "[labels]",
                "scarlet = \"0xff2400\"",
                "[host]",
                "default_dispvm = \"dvm\"",
                "[qube.\"a.b\"]",
                "class = \"AppVM\"",
                "uuid = \"11112222-3333-4444-0000-000000000001\"",
                "autostart = true # in the morning",
                "tags = [\"x\",",
                "  \"y\"]",
                "[qube.\"a.b\".features]",
                "\"service.cups\" = \"\"");
        assertThat(file.labels()).containsEntry("scarlet", new QubesFile.Value("0xff2400", "f:3"));
        assertThat(file.host().orElseThrow()).containsEntry("default_dispvm", new QubesFile.Value("dvm", "f:5"));
        QubesFile.QubeEntry qube = file.qubes().getFirst();
        assertThat(qube.name()).isEqualTo(new QubeName("a.b"));
        assertThat(qube.place()).isEqualTo("f:6");
        assertThat(qube.uuid().orElseThrow()).hasToString("11112222-3333-4444-0000-000000000001");
        assertThat(qube.properties()).containsOnlyKeys("autostart");
        assertThat(qube.properties()).containsEntry("autostart", new QubesFile.Value("True", "f:9"));
        assertThat(qube.tags()).containsEntry("x", new QubesFile.Value("", "f:10"));
        assertThat(qube.tags()).containsEntry("y", new QubesFile.Value("", "f:11"));
        assertThat(qube.features()).containsEntry("service.cups", new QubesFile.Value("", "f:13"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[qubes.work] | f:1: unknown table `qubes`: did you mean `qube`?",
                "[peer] | f:1: unknown table `peer`: there are [labels], [host] and [qube.NAME]",
                "[qube.work] | f:1: `class` is missing: AppVM, StandaloneVM, TemplateVM, DispVM or RemoteVM",
                "qube.work.class = 'AppVm' | f:1: `AppVm` is no class: there are AppVM, StandaloneVM, TemplateVM, DispVM and RemoteVM",
                "qube.work = {class = 'AppVM', uuid = '1'} | f:1: `1` is no uuid",
                "qube.work = {class = 'AppVM', name = 'x'} | f:1: a qube's name is that of its table, [qube.NAME]",
                "qube.work = {class = 'AppVM', tags = 'x'} | f:1: `tags` is to be an array of strings",
                "qube.work = {class = 'AppVM', tags = [1]} | f:1: a tag is to be a string",
                "qube.work = {class = 'AppVM', label = 1.5} | f:1: `label` is to be a string, true, false or a whole number",
                "qube.work = 1 | f:1: `work` is to be a table",
                "qube.work = {class = 'AppVM', guivm = '1x'} | f:1: `guivm`: qube name `1x` does not start with a letter",
                "host = {default_dispvm = 'a b'} | f:1: `default_dispvm`: qube name `a b` has a character that is not allowed: U+0020 at byte 1 (allowed: A-Z a-z 0-9 _ . -)",
                "qube.'1x' = {class = 'AppVM'} | f:1: qube name `1x` does not start with a letter",
            })
    void what_is_wrong_is_named_with_its_line(String text, String fault) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(QubesFileException.class)
                .hasMessage(fault);
    }

    @Test
    void all_faults_are_told_and_a_long_list_is_cut() {
        assertThatThrownBy(() -> read("[qube.a]", "[qube.b]", "class = 'x'"))
                .hasMessageContaining("f:1: `class`")
                .hasMessageContaining("f:3: ");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            many.append("[qube.q").append(i).append("]\n");
        }
        assertThatThrownBy(() -> read(many.toString())).hasMessageEndingWith("and 10 more");
    }

    @Test
    void what_is_no_toml_or_no_text_or_too_long_is_refused() {
        assertThatThrownBy(() -> read("[qube.work]", "class = ")).hasMessageStartingWith("f:2: ");
        assertThatThrownBy(() -> QubesFile.read("f", new byte[] {'#', (byte) 0xff}))
                .hasMessage("f: it is not UTF-8");
        assertThatThrownBy(() -> QubesFile.read("f", new byte[QubesFile.MAX_SIZE + 1]))
                .hasMessageContaining("f: more than 16777216 bytes");
    }

    @Test
    void policy_sees_it_as_it_would_see_a_registry() throws Exception {
        QubesFile file = read(
                "[host]",
                "default_dispvm = \"dvm\"",
                "[qube.dvm]",
                "class = \"AppVM\"",
                "template_for_dispvms = true",
                "[qube.far]",
                "class = \"RemoteVM\"",
                "relayvm = \"relay\"",
                "transport_rpc = \"qubesair.SSHProxy\"",
                "tags = [\"t\"]",
                "[qube.relay]",
                "class = \"AppVM\"",
                "[qube.relay.features]",
                "internal = \"1\"");
        Qube far = file.system().find(new QubeName("far")).orElseThrow();
        assertThat(far.tags()).containsExactlyInAnyOrder("t", "relayvm-relay");
        assertThat(far.relayvm()).contains(new QubeName("relay"));
        Qube relay = file.system().find(new QubeName("relay")).orElseThrow();
        assertThat(relay.internal()).isTrue();
        assertThat(relay.defaultDispvm()).contains(new QubeName("dvm"));
        assertThat(relay.guivm()).contains(QubeName.DOM0);
        assertThat(relay.powerState()).isEqualTo("Running");
        assertThat(file.system().find(new QubeName("dvm")).orElseThrow().templateForDispvms())
                .isTrue();
    }
}
