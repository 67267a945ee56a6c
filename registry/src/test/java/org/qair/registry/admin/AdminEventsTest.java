package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.Request;
import org.qair.policy.SystemInfo;
import org.qair.registry.Registry;

/** What a listener hears of changes, and what of them another source than dom0 may hear. */
class AdminEventsTest {
    private static final QubeName MGMT = new QubeName("mgmt");
    private static final QubeName FAR = new QubeName("far");
    private static final QubeName OTHER = new QubeName("other");

    @TempDir
    Path directory;

    private final List<AdminEvent> heard = new ArrayList<>();
    private final List<String> asked = new ArrayList<>();
    private Set<String> shown = Set.of();
    private Registry registry;
    private AdminApi api;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, MGMT, "black");
            draft.create(QubeType.RemoteVM, FAR, "gray");
            draft.create(QubeType.RemoteVM, OTHER, "gray");
        });
        api = AdminApi.of(registry, this::allows);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    /** Permits what is about one of the qubes that are shown and still, or already, known. */
    private boolean allows(SystemInfo system, Request request) {
        assertThat(request.caller()).isEqualTo(MGMT);
        assertThat(request.requestedSource()).isEmpty();
        asked.add(request.service() + " " + request.target());
        String target = request.target().toString();
        boolean known =
                target.startsWith("@") || system.find(new QubeName(target)).isPresent();
        return known && shown.contains(target);
    }

    private AdminAnswer call(QubeName source, String method, QubeName destination) {
        return api.handle(new AdminCall(source, method, "", destination.value(), new byte[0]));
    }

    private void listen(QubeName source, QubeName destination) {
        ((AdminAnswer.Events) call(source, "admin.Events", destination))
                .events()
                .subscribe(heard::add);
    }

    @Test
    void a_listener_of_dom0_hears_all_in_order_and_policy_is_not_asked() throws Exception {
        listen(QubeName.DOM0, QubeName.DOM0);
        registry.change(draft -> {
            draft.addTag(FAR, "a");
            draft.setFeature(OTHER, "b", "1");
            draft.setGlobal("default_guivm", "mgmt");
        });
        assertThat(heard.stream().map(event -> event.subject() + "/" + event.name()))
                .containsExactly(
                        "far/domain-tag-add:a",
                        "other/domain-feature-pre-set:b",
                        "other/domain-feature-set:b",
                        "/property-pre-set:default_guivm",
                        "/property-set:default_guivm");
        assertThat(asked).isEmpty();
    }

    @Test
    void another_source_hears_what_policy_shows_it() throws Exception {
        shown = Set.of("far");
        listen(MGMT, QubeName.DOM0);
        registry.change(draft -> draft.addTag(FAR, "a"));
        registry.change(draft -> draft.addTag(OTHER, "a"));
        registry.change(draft -> draft.setGlobal("default_guivm", "mgmt"));
        assertThat(heard).containsExactly(AdminEvent.of("far", "domain-tag-add:a", "tag", "a"));
        assertThat(asked)
                .containsExactly(
                        "admin.Events+domain-tag-add_a far",
                        "admin.Events+domain-tag-add_a other",
                        "admin.Events+property-pre-set_default_guivm @adminvm",
                        "admin.Events+property-set_default_guivm @adminvm");
        shown = Set.of("@adminvm");
        registry.change(draft -> draft.resetGlobal("default_guivm"));
        assertThat(heard).hasSize(5);
    }

    @Test
    void the_coming_and_going_of_a_qube_is_about_that_qube() throws Exception {
        shown = Set.of("far", "new");
        listen(MGMT, QubeName.DOM0);
        registry.change(draft -> draft.create(QubeType.RemoteVM, new QubeName("new"), "red"));
        registry.change(draft -> draft.create(QubeType.RemoteVM, new QubeName("hidden"), "red"));
        registry.change(draft -> draft.remove(FAR));
        registry.change(draft -> draft.remove(OTHER));
        assertThat(heard.stream().map(event -> event.name() + " " + event.about()))
                .containsExactly("domain-add new", "domain-pre-delete far", "domain-delete far");
    }

    @Test
    void a_feature_with_characters_that_no_argument_has_is_asked_about_all_the_same() throws Exception {
        shown = Set.of("far");
        listen(MGMT, FAR);
        registry.change(draft -> draft.setFeature(FAR, "a/b:c", "1"));
        assertThat(asked).contains("admin.Events+domain-feature-set_a_b_c far");
        assertThat(heard).hasSize(2);
    }

    @Test
    void a_list_shows_another_source_what_policy_shows_it() {
        shown = Set.of("far", "@adminvm");
        assertThat(names(call(MGMT, "admin.vm.List", QubeName.DOM0))).containsExactly("dom0", "far");
        assertThat(names(call(MGMT, "admin.vm.List", OTHER))).isEmpty();
        assertThat(names(call(QubeName.DOM0, "admin.vm.List", QubeName.DOM0)))
                .containsExactly("dom0", "far", "mgmt", "other");
        assertThat(asked)
                .containsExactly(
                        "admin.vm.List+ @adminvm",
                        "admin.vm.List+ far",
                        "admin.vm.List+ mgmt",
                        "admin.vm.List+ other",
                        "admin.vm.List+ other");
    }

    private static List<String> names(AdminAnswer answer) {
        return ((AdminAnswer.Ok) answer)
                .text()
                .lines()
                .map(line -> line.substring(0, line.indexOf(' ')))
                .toList();
    }

    @Test
    void what_was_set_twice_in_one_change_was_something_in_between() throws Exception {
        listen(QubeName.DOM0, FAR);
        registry.change(draft -> {
            draft.setProperty(FAR, "remote_name", "a");
            draft.setProperty(FAR, "remote_name", "b");
            draft.resetProperty(FAR, "remote_name");
        });
        assertThat(heard.stream().map(AdminEvent::details).map(details -> Optional.ofNullable(details.get("oldvalue"))))
                .containsExactly(
                        Optional.of("None"),
                        Optional.of("None"),
                        Optional.of("a"),
                        Optional.of("a"),
                        Optional.of("b"),
                        Optional.of("b"),
                        Optional.of("b"),
                        Optional.of("b"));
    }

    @Test
    void a_property_of_a_qube_that_was_made_with_it_was_nothing_before() throws Exception {
        listen(QubeName.DOM0, QubeName.DOM0);
        registry.change(draft -> {
            draft.create(QubeType.RemoteVM, new QubeName("new"), "red");
            draft.setProperty(new QubeName("new"), "relayvm", "mgmt");
        });
        assertThat(heard).contains(AdminEvent.of("new", "property-set:relayvm", "name", "relayvm", "newvalue", "mgmt"));
    }

    @Test
    void a_subscription_ends_when_it_is_closed() throws Exception {
        AdminEvents events = ((AdminAnswer.Events) call(QubeName.DOM0, "admin.Events", QubeName.DOM0)).events();
        events.subscribe(heard::add).close();
        registry.change(draft -> draft.addTag(FAR, "a"));
        assertThat(heard).isEmpty();
    }

    @Test
    void an_event_is_as_large_as_what_it_says() {
        AdminEvent event = AdminEvent.of("far", "x", "key", "value");
        assertThat(event.size()).isEqualTo("farxkeyvalue".getBytes(StandardCharsets.UTF_8).length);
        assertThat(AdminEvent.CONNECTED.about()).isEqualTo("dom0");
    }
}
