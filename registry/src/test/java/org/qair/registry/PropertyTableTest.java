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
        "AdminVM, icon include_in_backups klass label name qid updateable uuid xid default_dispvm",
        "TemplateVM, agent autostart debug default_user icon include_in_backups installed_by_rpm klass label name provides_network qid"
                + " unix_user updateable uuid xid audiovm default_dispvm guivm netvm unknown_source",
        "AppVM, agent autostart debug default_user icon include_in_backups installed_by_rpm klass label name provides_network qid"
                + " template_for_dispvms unix_user updateable uuid xid audiovm default_dispvm guivm netvm template unknown_source",
        "StandaloneVM, agent autostart debug default_user icon include_in_backups installed_by_rpm klass label name provides_network qid"
                + " template_for_dispvms unix_user updateable uuid xid audiovm default_dispvm guivm netvm unknown_source",
        "DispVM, agent autostart debug default_user icon include_in_backups installed_by_rpm klass label name provides_network qid"
                + " unix_user updateable uuid xid audiovm default_dispvm guivm netvm template unknown_source",
        "RemoteVM, host_key icon include_in_backups klass label name peer proof protect qid remote_name transport_rpc uuid relayvm",
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

    private static void assertDefault(Registry registry, QubeName qube, String property, String value)
            throws RegistryException {
        PropertyHolder holder = registry.snapshot().properties(qube);
        assertThat(holder.value(property))
                .isEqualTo(new PropertyValue(holder.value(property).type(), true, value));
        assertThat(holder.description(property).fallback()).contains(value);
    }

    @Test
    void defaults_follow_what_they_are_taken_from() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName debian = new QubeName("debian");
            QubeName mould = new QubeName("mould");
            QubeName disposable = new QubeName("disp1");
            registry.change(draft -> {
                draft.create(QubeType.TemplateVM, debian, "black");
                draft.create(QubeType.AppVM, mould, "red");
                draft.setProperty(mould, "template", "debian");
                draft.setProperty(mould, "template_for_dispvms", "True");
                draft.create(QubeType.DispVM, disposable, "red");
            });
            assertDefault(registry, disposable, "default_dispvm", "");
            assertDefault(registry, mould, "default_user", "user");
            registry.change(draft -> {
                draft.setProperty(debian, "default_user", "debian");
                draft.setProperty(disposable, "template", "mould");
                draft.setGlobal("default_dispvm", "mould");
                draft.setGlobal("default_guivm", "mould");
                draft.setGlobal("default_audiovm", "debian");
            });
            assertDefault(registry, mould, "default_user", "debian");
            assertDefault(registry, disposable, "default_user", "user");
            assertDefault(registry, disposable, "default_dispvm", "mould");
            assertDefault(registry, debian, "default_dispvm", "mould");
            assertDefault(registry, QubeName.DOM0, "default_dispvm", "mould");
            assertDefault(registry, disposable, "guivm", "mould");
            assertDefault(registry, disposable, "audiovm", "debian");
            assertThat(registry.snapshot()
                            .systemInfo()
                            .find(disposable)
                            .orElseThrow()
                            .defaultDispvm())
                    .contains(mould);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AdminVM, True, adminvm-black, adminvm-black",
        "TemplateVM, True, templatevm-red, templatevm-red",
        "StandaloneVM, True, standalonevm-red, servicevm-red",
        "AppVM, False, appvm-red, servicevm-red",
        "DispVM, False, dispvm-red, servicevm-red",
    })
    void what_the_class_makes_of_a_qube(QubeType klass, String updateable, String icon, String asService)
            throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName name = klass == QubeType.AdminVM ? QubeName.DOM0 : new QubeName("work");
            if (klass != QubeType.AdminVM) {
                registry.change(draft -> draft.create(klass, name, "red"));
            }
            assertDefault(registry, name, "updateable", updateable);
            assertDefault(registry, name, "icon", icon);
            registry.change(draft -> draft.setFeature(name, "servicevm", "1"));
            assertDefault(registry, name, "icon", asService);
        }
    }

    @Test
    void the_domain_number_is_there_while_a_qube_runs() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName machine = new QubeName("machine");
            registry.change(draft -> {
                draft.create(QubeType.AppVM, new QubeName("work"), "red");
                draft.create(QubeType.StandaloneVM, machine, "red");
                draft.setProperty(machine, "agent", "vchan");
            });
            assertDefault(registry, QubeName.DOM0, "xid", "0");
            assertDefault(registry, new QubeName("work"), "xid", "1");
            assertDefault(registry, machine, "xid", "-1");
            registry.noteAgent(registry.snapshot().get(machine).uuid(), AgentState.CONNECTED);
            assertDefault(registry, machine, "xid", "2");
        }
    }

    @Test
    void defaults_of_a_class() throws Exception {
        try (Registry registry = Registry.open(directory.resolve("registry.db"))) {
            QubeName disposable = new QubeName("disp1");
            registry.change(draft -> draft.create(QubeType.DispVM, disposable, "red"));
            assertDefault(registry, disposable, "include_in_backups", "True");
            assertDefault(registry, QubeName.DOM0, "include_in_backups", "True");
            assertDefault(registry, disposable, "installed_by_rpm", "False");
            assertDefault(registry, disposable, "debug", "False");
            assertThat(registry.snapshot().hostProperties().names())
                    .isEqualTo(List.of("default_audiovm", "default_dispvm", "default_guivm"));
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
            for (String property : List.of("name", "uuid", "qid", "klass", "icon", "updateable", "xid")) {
                assertThatThrownBy(() -> registry.change(draft -> draft.resetProperty(work, property)))
                        .hasMessage("property `%s` is read-only", property);
            }
        }
    }
}
