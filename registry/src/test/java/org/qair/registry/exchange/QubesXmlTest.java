package org.qair.registry.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

class QubesXmlTest {
    private static final Path SYSTEM = Path.of("src/test/resources/qubes.xml");

    private static QubesFile read(String text) throws QubesFileException {
        return QubesFile.read("q.xml", text.getBytes(StandardCharsets.UTF_8));
    }

    static QubesFile system() throws Exception {
        return QubesFile.read("q.xml", Files.readAllBytes(SYSTEM));
    }

    @Test
    void the_qubes_of_a_system_are_read() throws Exception {
        QubesFile file = system();
        assertThat(file.qubes())
                .extracting(qube -> qube.name() + " " + qube.klass())
                .containsExactly(
                        "dom0 AdminVM",
                        "debian-12 TemplateVM",
                        "sys-net AppVM",
                        "default-dvm AppVM",
                        "work AppVM",
                        "disp42 DispVM",
                        "old StandaloneVM",
                        "pi RemoteVM");
        assertThat(file.labels()).containsOnlyKeys("scarlet");
        assertThat(file.host().orElseThrow()).containsOnlyKeys("default_dispvm", "default_guivm");
        QubesFile.QubeEntry work = file.qubes().get(4);
        assertThat(work.properties()).containsOnlyKeys("label", "template", "default_dispvm", "autostart");
        assertThat(work.properties())
                .hasEntrySatisfying("label", value -> assertThat(value.text()).isEqualTo("scarlet"));
        assertThat(work.properties())
                .hasEntrySatisfying(
                        "default_dispvm", value -> assertThat(value.text()).isEmpty());
        assertThat(work.tags()).containsOnlyKeys("created-by-dom0", "office");
        assertThat(work.features()).containsOnlyKeys("service.cups", "internal");
        assertThat(work.features())
                .hasEntrySatisfying(
                        "internal", value -> assertThat(value.text()).isEmpty());
        assertThat(work.uuid().orElseThrow()).hasToString("11112222-3333-4444-8555-000000000004");
        assertThat(file.qubes().get(7).properties())
                .hasEntrySatisfying("relayvm", value -> assertThat(value.text()).isEqualTo("sys-net"));
    }

    @Test
    void what_there_is_no_place_for_is_counted() throws Exception {
        assertThat(system().leftOut())
                .containsExactly(
                        "property `kernel` of 2 qubes",
                        "property `memory` of 1 qube",
                        "property `netvm` of 2 qubes",
                        "property `provides_network` of 1 qube",
                        "property `virt_mode` of 1 qube",
                        "property `clockvm` of the system",
                        "property `default_netvm` of the system",
                        "2 devices");
    }

    @Test
    void policy_sees_what_it_sees_there() throws Exception {
        Qube work = system().system().find(new QubeName("work")).orElseThrow();
        assertThat(work.defaultDispvm()).isEmpty();
        assertThat(work.guivm()).contains(new QubeName("dom0"));
        Qube disposable = system().system().find(new QubeName("disp42")).orElseThrow();
        assertThat(disposable.defaultDispvm()).contains(new QubeName("default-dvm"));
        assertThat(system().system().find(new QubeName("old")).orElseThrow().defaultDispvm())
                .contains(new QubeName("default-dvm"));
        Qube pi = system().system().find(new QubeName("pi")).orElseThrow();
        assertThat(pi.type()).isEqualTo(QubeType.RemoteVM);
        assertThat(pi.tags()).contains("relayvm-sys-net");
    }

    @Test
    void text_is_taken_whole_whatever_it_is_made_of() throws Exception {
        QubesFile file =
                read("<qubes><domains><domain class='AppVM'><properties><property name='name'>a</property></properties>"
                        + "<features><feature name='f'>x &amp; &lt;y&gt;<![CDATA[ <z> ]]><!-- no -->&#65;</feature></features>"
                        + "</domain></domains></qubes>");
        assertThat(file.qubes().getFirst().features())
                .hasEntrySatisfying("f", value -> assertThat(value.text()).isEqualTo("x & <y> <z> A"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html/> | q.xml:1: the file begins with <html>, a Qubes system's begins with <qubes>",
                "<qubes><domains><domain class='FooVM'/></domains></qubes> | q.xml:1: `FooVM` is no class of qubes",
                "<qubes><domains><domain class='AppVM'/></domains></qubes> | q.xml:1: a qube name is empty",
                "<qubes><domains><domain class='AppVM'><properties><property name='name'>a</property><property name='uuid'>x</property></properties></domain></domains></qubes> | q.xml:1: `x` is no uuid",
            })
    void what_is_wrong_is_named_with_its_line(String text, String fault) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(QubesFileException.class)
                .hasMessage(fault);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE qubes [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>\n<qubes>&x;</qubes>",
                "<!DOCTYPE qubes SYSTEM 'http://127.0.0.1:1/x.dtd'>\n<qubes/>",
                "<!DOCTYPE q [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>\n<qubes>&b;</qubes>",
            })
    void a_document_type_is_refused(String text) {
        assertThatThrownBy(() -> read(text)).hasMessageContaining("a document type declaration is not taken");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<qubes>", "<qubes></domains>", "<qubes>&x;</qubes>", "<", "<qubes a=1/>"})
    void what_is_no_xml_is_refused_with_its_line(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(QubesFileException.class)
                .hasMessageMatching("q\\.xml:\\d+: it is no xml: [ -~]+");
    }

    @Property(tries = 300)
    void a_damaged_file_is_read_or_refused(
            @ForAll @IntRange(max = 5_000) int at, @ForAll byte value, @ForAll @IntRange(max = 200) int cut)
            throws Exception {
        byte[] content = Files.readAllBytes(SYSTEM);
        content[at % content.length] = value;
        byte[] damaged = Arrays.copyOf(content, content.length - cut);
        try {
            QubesFile read = QubesFile.read("q.xml", damaged);
            assertThat(read.system()).isNotNull();
        } catch (QubesFileException refused) {
            assertThat(refused).message().startsWith("q.xml:");
        }
    }
}
