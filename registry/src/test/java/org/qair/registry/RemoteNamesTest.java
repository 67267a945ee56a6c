package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

class RemoteNamesTest {
    private static final QubeName ONE = new QubeName("relay-one");
    private static final QubeName TWO = new QubeName("relay-two");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, ONE, "red");
            draft.create(QubeType.AppVM, TWO, "red");
            draft.create(QubeType.RemoteVM, FAR, "red");
            draft.setProperty(FAR, "relayvm", "relay-one");
        });
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void a_relay_knows_its_own_remotevms_only() {
        assertThat(RemoteNames.of(registry.snapshot(), ONE)).isEqualTo(Map.of(FAR, "far"));
        assertThat(RemoteNames.of(registry.snapshot(), TWO)).isEmpty();
        assertThat(RemoteNames.find(registry.snapshot(), ONE, FAR)).contains("far");
        assertThat(RemoteNames.find(registry.snapshot(), TWO, FAR)).isEmpty();
        assertThat(RemoteNames.find(registry.snapshot(), ONE, TWO)).isEmpty();
    }

    @Test
    void names_follow_every_change() throws Exception {
        registry.change(draft -> draft.setProperty(FAR, "remote_name", "work"));
        assertThat(RemoteNames.find(registry.snapshot(), ONE, FAR)).contains("work");
        registry.change(draft -> draft.setProperty(FAR, "relayvm", "relay-two"));
        assertThat(RemoteNames.find(registry.snapshot(), ONE, FAR)).isEmpty();
        assertThat(RemoteNames.of(registry.snapshot(), TWO)).isEqualTo(Map.of(FAR, "work"));
        QubeName renamed = new QubeName("farther");
        registry.change(draft -> draft.rename(FAR, renamed));
        assertThat(RemoteNames.of(registry.snapshot(), TWO)).isEqualTo(Map.of(renamed, "work"));
        registry.change(draft -> draft.resetProperty(renamed, "remote_name"));
        assertThat(RemoteNames.of(registry.snapshot(), TWO)).isEqualTo(Map.of(renamed, "farther"));
        registry.change(draft -> draft.remove(renamed));
        assertThat(RemoteNames.of(registry.snapshot(), TWO)).isEmpty();
    }
}
