package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistrySnapshot;

class ChangeMethodTest {
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;
    private AdminApi api;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> draft.create(QubeType.AppVM, new QubeName("relay"), "red"));
        api = AdminApi.ofOwner(registry, Permission.NONE);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private AdminAnswer change(String qube, String... lines) {
        byte[] payload = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
        return api.handle(new AdminCall(QubeName.DOM0, "qair.Change", qube, "dom0", payload));
    }

    @Test
    void all_of_it_is_made_in_one_change() throws Exception {
        List<Integer> sizes = new ArrayList<>();
        registry.onChange(change -> sizes.add(change.events().size()));
        assertThat(change(
                        "far",
                        "create RemoteVM blue",
                        "set relayvm relay",
                        "set remote_name office",
                        "tag home",
                        "tag other",
                        "untag other",
                        "set name farther"))
                .isInstanceOf(AdminAnswer.Ok.class);
        QubeRecord made = registry.snapshot().get(new QubeName("farther"));
        assertThat(made.tags()).containsExactly("created-by-dom0", "home", "relayvm-relay");
        assertThat(made.remoteName()).isEqualTo("office");
        assertThat(made.label()).isEqualTo("blue");
        assertThat(sizes).hasSize(1);
        change("farther", "reset remote_name", "set peer ");
        assertThat(registry.snapshot().get(new QubeName("farther")).remoteName())
                .isEqualTo("farther");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "far|create RemoteVM blue;set relayvm nowhere|no such qube: `nowhere`",
                "far|create RemoteVM blue;tag a b|`tag a b` is no change",
                "far|create RemoteVM blue;set relayvm|`set relayvm` is no change",
                "far|create RemoteVM blue;delete|`delete` is no change",
                "far|create RemoteVM blue;|`` is no change",
                "far|create Remote blue|there is no class `Remote`; there are AppVM",
                "far|create RemoteVM blue;tag relayvm-x|kept by the registry",
                "9|create RemoteVM blue|does not start with a letter",
                "far|tag x|no such qube: `far`",
                "relay|tag x;reset memory|no such property",
            })
    void nothing_of_it_is_made_when_something_is_refused(String qube, String lines, String reason) {
        RegistrySnapshot before = registry.snapshot();
        assertThat(change(qube, lines.split(";", -1)).toString()).contains(reason);
        assertThat(registry.snapshot()).isSameAs(before);
        assertThat(before.find(FAR)).isEmpty();
    }

    @Test
    void it_is_the_owners_alone() {
        AdminAnswer answer =
                AdminApi.of(registry).handle(AdminCall.of("qair.Change", "far", QubeName.DOM0, "create AppVM red"));
        assertThat(answer).isEqualTo(new AdminAnswer.Malformed("no such method: `qair.Change`"));
        assertThat(AdminApi.methods()).doesNotContain("qair.Change");
    }
}
