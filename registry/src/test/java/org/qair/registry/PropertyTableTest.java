package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

class PropertyTableTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @CsvSource({
        "AdminVM, icon include_in_backups klass label name qid uuid default_dispvm",
        "TemplateVM, agent autostart default_user icon include_in_backups klass label name qid unix_user uuid default_dispvm"
                + " guivm",
        "AppVM, agent autostart default_user icon include_in_backups klass label name qid template_for_dispvms unix_user"
                + " uuid default_dispvm guivm template",
        "StandaloneVM, agent autostart default_user icon include_in_backups klass label name qid template_for_dispvms"
                + " unix_user uuid default_dispvm guivm",
        "DispVM, agent autostart default_user icon include_in_backups klass label name qid unix_user uuid default_dispvm"
                + " guivm template",
        "RemoteVM, icon include_in_backups klass label name peer qid remote_name transport_rpc uuid relayvm",
    })
    void the_properties_of_each_class_in_order(QubeType klass, String names) {
        assertThat(PropertyTable.of(klass)).extracting(PropertyDefinition::name).containsExactly(names.split(" "));
    }

    @ParameterizedTest
    @EnumSource(QubeType.class)
    void every_property_has_help_and_a_rule(QubeType klass) throws Exception {
        QubeName name = klass == QubeType.AdminVM ? QubeName.DOM0 : new QubeName("work");
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            if (klass != QubeType.AdminVM) {
                registry.change(draft -> draft.create(klass, name, "red"));
            }
            PropertyHolder holder = registry.snapshot().properties(name);
            for (String property : holder.names()) {
                PropertyDescription description = holder.description(property);
                assertThat(description.help()).matches("[A-Z][^\\n]+\\.");
                assertThat(holder.value(property).type()).isEqualTo(description.type());
                assertRuled(registry, name, property);
            }
        }
    }

    /** A value that no property takes is refused by name, whatever the property. */
    private static void assertRuled(Registry registry, QubeName name, String property) {
        assertThatThrownBy(() -> registry.change(draft -> draft.setProperty(name, property, "\u0007 no/value")))
                .as(property)
                .isInstanceOf(RegistryException.class)
                .hasMessageMatching("[ -~]+");
    }

    @Test
    void defaults_of_a_class() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName disposable = new QubeName("disp1");
            registry.change(draft -> draft.create(QubeType.DispVM, disposable, "red"));
            assertThat(registry.snapshot()
                            .property(disposable, "include_in_backups")
                            .value())
                    .isEqualTo("False");
            assertThat(registry.snapshot()
                            .property(QubeName.DOM0, "include_in_backups")
                            .value())
                    .isEqualTo("True");
            assertThat(registry.snapshot().hostProperties().names())
                    .isEqualTo(List.of("default_dispvm", "default_guivm"));
            assertThat(registry.snapshot().hostProperties().value("default_guivm"))
                    .isEqualTo(new PropertyValue(PropertyType.VM, true, "dom0"));
            assertThatThrownBy(() -> registry.snapshot().hostProperties().value("clockvm"))
                    .hasMessage("no such property of the host: `clockvm`");
        }
    }

    @Test
    void what_must_be_there_can_not_be_reset() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName work = new QubeName("work");
            registry.change(draft -> draft.create(QubeType.AppVM, work, "red"));
            assertThatThrownBy(() -> registry.change(draft -> draft.resetProperty(work, "label")))
                    .hasMessage("property `label` has no default");
            for (String property : List.of("name", "uuid", "qid", "klass", "icon")) {
                assertThatThrownBy(() -> registry.change(draft -> draft.resetProperty(work, property)))
                        .hasMessage("property `%s` is read-only", property);
            }
        }
    }
}
