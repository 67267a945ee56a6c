package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

class RegistryTest {
    private static final QubeName RELAY = new QubeName("sys-relay");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Path database;

    @BeforeEach
    void name() {
        database = directory.resolve("registry.db");
    }

    @Test
    void a_new_registry_holds_dom0_alone_and_is_private() throws IOException {
        try (Registry registry = Registry.open(database)) {
            assertThat(registry.snapshot().qubes()).singleElement().satisfies(dom0 -> {
                assertThat(dom0.name()).isEqualTo(QubeName.DOM0);
                assertThat(dom0.qid()).isZero();
                assertThat(dom0.uuid()).isEqualTo(new UUID(0, 0));
                assertThat(dom0.klass()).isEqualTo(QubeType.AdminVM);
            });
            try (var files = Files.list(directory)) {
                assertThat(files.toList())
                        .hasSizeGreaterThan(1)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void what_was_changed_is_there_when_it_is_opened_again() throws Exception {
        RegistrySnapshot before;
        try (Registry registry = Registry.open(database)) {
            before = registry.change(draft -> {
                relayAndFar(draft);
                draft.setProperty(FAR, "remote_name", "work");
                draft.setProperty(FAR, "relayvm", "sys-relay");
                draft.setProperty(FAR, "transport_rpc", "qubesair.SSHProxy");
                draft.addTag(FAR, "trusted");
                draft.setFeature(FAR, "internal", "1");
                draft.createLabel("pink", "0xff00ff");
                draft.setGlobal("default_dispvm", "sys-relay");
            });
        }
        try (Registry registry = Registry.open(database)) {
            assertThat(registry.snapshot().qubes()).containsExactlyElementsOf(before.qubes());
            assertThat(registry.snapshot().labels()).isEqualTo(before.labels());
            assertThat(registry.snapshot().property(RELAY, "default_dispvm").value())
                    .isEqualTo("sys-relay");
            assertThat(registry.snapshot().get(FAR).tags()).containsExactly("relayvm-sys-relay", "trusted");
        }
    }

    @Test
    void policy_sees_what_the_registry_holds() throws Exception {
        try (Registry registry = Registry.open(database)) {
            registry.change(draft -> {
                relayAndFar(draft);
                draft.setProperty(FAR, "relayvm", "sys-relay");
                draft.setProperty(FAR, "transport_rpc", "qubesair.SSHProxy");
                draft.setFeature(FAR, "internal", "1");
            });
            assertThat(registry.snapshot().systemInfo().find(FAR)).hasValueSatisfying(far -> {
                assertThat(far.type()).isEqualTo(QubeType.RemoteVM);
                assertThat(far.relayvm()).contains(RELAY);
                assertThat(far.transportRpc()).contains("qubesair.SSHProxy");
                assertThat(far.tags()).containsExactly("relayvm-sys-relay");
                assertThat(far.internal()).isTrue();
                assertThat(far.isRunning()).isTrue();
                assertThat(far.guivm()).isEmpty();
            });
            assertThat(registry.snapshot().systemInfo().find(RELAY)).hasValueSatisfying(relay -> {
                assertThat(relay.guivm()).contains(QubeName.DOM0);
                assertThat(relay.relayvm()).isEmpty();
            });
        }
    }

    @Test
    void a_change_that_a_rule_forbids_leaves_nothing_behind() throws Exception {
        try (Registry registry = Registry.open(database)) {
            RegistrySnapshot before = registry.snapshot();
            assertThatThrownBy(() -> registry.change(draft -> {
                        relayAndFar(draft);
                        draft.setProperty(FAR, "relayvm", "nowhere");
                    }))
                    .isInstanceOf(RegistryException.class)
                    .hasMessage("no such qube: `nowhere`");
            assertThat(registry.snapshot()).isSameAs(before);
        }
        try (Registry registry = Registry.open(database)) {
            assertThat(registry.snapshot().qubes()).hasSize(1);
        }
    }

    @Test
    void listeners_hear_of_changes_in_order_and_after_the_commit() throws Exception {
        try (Registry registry = Registry.open(database)) {
            List<RegistryEvent> heard = new ArrayList<>();
            registry.onChange(change -> {
                throw new IllegalStateException("a listener that fails must not stop the others");
            });
            Registry.Subscription subscription = registry.onChange(change -> {
                assertThat(registry.snapshot()).isSameAs(change.after());
                heard.addAll(change.events());
            });
            registry.change(draft -> draft.create(QubeType.AppVM, RELAY, "red"));
            registry.change(draft -> draft.rename(RELAY, FAR));
            registry.change(draft -> draft.setProperty(FAR, "label", "red"));
            subscription.close();
            registry.change(draft -> draft.remove(FAR));
            assertThat(heard)
                    .containsExactly(
                            new RegistryEvent.QubeAdded(RELAY, QubeType.AppVM),
                            new RegistryEvent.QubeRenamed(RELAY, FAR));
        }
    }

    @Test
    void a_listener_can_not_change_the_registry() throws Exception {
        try (Registry registry = Registry.open(database)) {
            List<Throwable> seen = new ArrayList<>();
            registry.onChange(change -> {
                try {
                    registry.change(draft -> draft.remove(RELAY));
                } catch (RegistryException | IllegalStateException refused) {
                    seen.add(refused);
                }
            });
            registry.change(draft -> draft.create(QubeType.AppVM, RELAY, "red"));
            assertThat(seen).singleElement().isInstanceOf(IllegalStateException.class);
            assertThat(registry.snapshot().find(RELAY)).isPresent();
        }
    }

    @Test
    void one_at_a_time_has_it_open() throws IOException {
        Registry first = Registry.open(database);
        assertThatThrownBy(() -> Registry.open(database))
                .isInstanceOf(RegistryLockedException.class)
                .hasMessageContaining(
                        "in use by process " + ProcessHandle.current().pid());
        first.close();
        Registry.open(database).close();
    }

    @Test
    void a_newer_registry_is_refused() throws Exception {
        Registry.open(database).close();
        sql("PRAGMA user_version = 999");
        assertThatThrownBy(() -> Registry.open(database))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("schema version 999, made by a newer qair; this one knows versions up to 1");
        sql("PRAGMA user_version = 1");
        Registry.open(database).close();
    }

    @Test
    void another_sqlite_file_is_no_registry() throws Exception {
        sql("CREATE TABLE other (id INTEGER)");
        assertThatThrownBy(() -> Registry.open(database))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is a SQLite file, but no registry");
    }

    @Test
    void a_file_that_is_no_database_is_refused() throws Exception {
        Files.writeString(database, "something else ".repeat(100));
        assertThatThrownBy(() -> Registry.open(database))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("can't be opened");
        assertThat(Files.readString(database)).startsWith("something else");
    }

    @Test
    void a_damaged_row_is_told() throws Exception {
        Registry.open(database).close();
        sql("INSERT INTO qube VALUES ('11111111-1111-1111-1111-111111111111', 5, 'no name', 'AppVM')");
        assertThatThrownBy(() -> Registry.open(database))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is damaged: qube name `no name`");
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement sql = connection.createStatement()) {
            sql.execute(statement);
        }
    }

    private static void relayAndFar(RegistryDraft draft) throws RegistryException {
        draft.create(QubeType.AppVM, RELAY, "red");
        draft.create(QubeType.RemoteVM, FAR, "gray");
    }
}
