package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry.Edit;

class RulesTest {
    private static final QubeName RELAY = new QubeName("sys-relay");
    private static final QubeName WORK = new QubeName("work");
    private static final QubeName FAR = new QubeName("far");

    @TempDir
    Path directory;

    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, RELAY, "red");
            draft.create(QubeType.AppVM, WORK, "blue");
            draft.create(QubeType.TemplateVM, new QubeName("debian"), "black");
            draft.create(QubeType.RemoteVM, FAR, "gray");
        });
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "default", "Domain-0", "dom0", "stub-dm"})
    void reserved_names_are_refused(String name) {
        refused(
                RegistryError.QubesValueError,
                "`%s` is reserved and can't be a qube's name".formatted(name),
                draft -> draft.create(QubeType.AppVM, new QubeName(name), "red"));
    }

    @Test
    void names_and_uuids_are_unique() throws Exception {
        refused(
                RegistryError.QubesVMAlreadyExistsError,
                "there is already a qube `work`",
                draft -> draft.create(QubeType.RemoteVM, WORK, "red"));
        UUID uuid = registry.snapshot().get(WORK).uuid();
        refused(
                RegistryError.QubesVMAlreadyExistsError,
                "there is already a qube with uuid `" + uuid + "`",
                draft -> draft.create(QubeType.AppVM, new QubeName("other"), "red", uuid));
        refused(
                RegistryError.QubesVMAlreadyExistsError,
                "there is already a qube `work`",
                draft -> draft.rename(FAR, WORK));
    }

    @Test
    void there_is_one_adminvm() {
        refused(
                RegistryError.QubesValueError,
                "there is one AdminVM, `dom0`, and it is there already",
                draft -> draft.create(QubeType.AdminVM, new QubeName("second"), "red"));
        refused(
                RegistryError.QubesValueError,
                "`dom0` is the host itself and can't be removed",
                draft -> draft.remove(QubeName.DOM0));
        refused(
                RegistryError.QubesValueError,
                "`dom0` is the host itself and can't be renamed",
                draft -> draft.setProperty(QubeName.DOM0, "name", "dom1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "far | relayvm | far | a qube of class RemoteVM can't be that",
                "far | relayvm | dom0 | a qube of class AdminVM can't be that",
                "work | guivm | far | a qube of class RemoteVM can't be that",
                "work | default_dispvm | debian | a qube of class TemplateVM can't be that",
                "work | template | sys-relay | a qube of class AppVM can't be that",
                "far | transport_rpc | a+b | it is a service's name without argument",
                "far | transport_rpc | + | a service name is empty",
                "far | remote_name | -oProxyCommand=x | qube name `-oProxyCommand=x` has a character that is not allowed: `=` at byte 14 (allowed: A-Z a-z 0-9 _ . -)",
                "far | remote_name | -x | qube name `-x` does not start with a letter",
                "far | peer | ../x | a peer's name is 1 to 63 of A-Z a-z 0-9 _ . -",
                "work | unix_user | root:x | a user's name is 1 to 32 of A-Z a-z 0-9 _ - + , .",
                "work | agent | vsok | it is none or vchan",
                "work | netvm | sys-relay | this host connects qubes to no network, so it takes none",
                "work | autostart | maybe | it takes True or False",
                "work | default_user | a b | a user's name is 1 to 32 of A-Z a-z 0-9 _ - + , ."
            })
    void bad_values_are_refused(String qube, String property, String value, String reason) {
        refused(
                RegistryError.QubesPropertyValueError,
                "invalid value `%s` for property `%s`: %s".formatted(value, property, reason),
                draft -> draft.setProperty(new QubeName(qube), property, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"uuid", "qid", "klass", "icon", "provides_network"})
    void what_is_computed_can_not_be_set(String property) {
        refused(
                RegistryError.QubesPropertyValueError,
                "property `" + property + "` is read-only",
                draft -> draft.setProperty(WORK, property, "1"));
        refused(
                RegistryError.QubesPropertyValueError,
                "property `" + property + "` is read-only",
                draft -> draft.resetProperty(WORK, property));
    }

    @Test
    void a_class_has_its_own_properties_only() {
        refused(
                RegistryError.QubesNoSuchPropertyError,
                "no such property of `work`, which is of class AppVM: `relayvm`",
                draft -> draft.setProperty(WORK, "relayvm", "sys-relay"));
        refused(
                RegistryError.QubesNoSuchPropertyError,
                "no such property of `far`, which is of class RemoteVM: `netvm`",
                draft -> draft.setProperty(FAR, "netvm", ""));
    }

    @Test
    void a_qube_that_is_referred_to_stays_and_the_referrers_are_listed() throws Exception {
        registry.change(draft -> {
            draft.setProperty(FAR, "relayvm", "sys-relay");
            draft.setProperty(WORK, "default_dispvm", "sys-relay");
            draft.setGlobal("default_dispvm", "sys-relay");
        });
        registry.alsoReferredBy(
                (QubeName qube) -> qube.equals(RELAY) ? List.of("policy.d/30-user.policy:4") : List.of());
        String uses =
                "default_dispvm of `work`, relayvm of `far`, default_dispvm of the host, policy.d/30-user.policy:4";
        refused(
                RegistryError.QubesVMInUseError,
                "qube `sys-relay` can't be removed: it is in use as " + uses,
                draft -> draft.remove(RELAY));
        refused(
                RegistryError.QubesVMInUseError,
                "qube `sys-relay` can't be renamed: it is in use as " + uses,
                draft -> draft.setProperty(RELAY, "name", "other"));
        registry.alsoReferredBy(qube -> List.of());
        registry.change(draft -> {
            draft.setProperty(FAR, "relayvm", "");
            draft.resetProperty(WORK, "default_dispvm");
            draft.resetGlobal("default_dispvm");
            draft.remove(RELAY);
        });
        assertThat(registry.snapshot().find(RELAY)).isEmpty();
    }

    @Test
    void a_disposable_is_made_of_what_is_meant_for_that_and_stays() throws Exception {
        QubeName disposable = new QubeName("disp1");
        registry.change(draft -> draft.create(QubeType.DispVM, disposable, "red"));
        refused(
                RegistryError.QubesPropertyValueError,
                "invalid value `work` for property `template`: a DispVM needs a qube whose template_for_dispvms is True",
                draft -> draft.setProperty(disposable, "template", "work"));
        registry.change(draft -> {
            draft.setProperty(WORK, "template_for_dispvms", "True");
            draft.setProperty(disposable, "template", "work");
        });
        String inUse = "template_for_dispvms of `work` can't be False: it is the template of `disp1`";
        refused(RegistryError.QubesVMInUseError, inUse, draft -> draft.resetProperty(WORK, "template_for_dispvms"));
        refused(RegistryError.QubesVMInUseError, inUse, draft -> draft.setProperty(WORK, "template_for_dispvms", "no"));
        registry.change(draft -> {
            draft.remove(disposable);
            draft.resetProperty(WORK, "template_for_dispvms");
        });
    }

    @Test
    void a_long_list_of_referrers_is_cut() throws Exception {
        registry.change(draft -> {
            for (int i = 0; i < 25; i++) {
                QubeName name = new QubeName("far-%02d".formatted(i));
                draft.create(QubeType.RemoteVM, name, "red");
                draft.setProperty(name, "relayvm", "sys-relay");
            }
        });
        RegistryException refusal =
                catchThrowableOfType(RegistryException.class, () -> registry.change(draft -> draft.remove(RELAY)));
        assertThat(refusal).hasMessageContaining("`far-19` and 5 more").hasMessageNotContaining("far-20");
    }

    @Test
    void a_renamed_qube_stays_itself_and_its_reference_to_itself_follows() throws Exception {
        registry.change(draft -> draft.setProperty(WORK, "guivm", "work"));
        QubeRecord before = registry.snapshot().get(WORK);
        registry.change(draft -> draft.setProperty(WORK, "name", "office"));
        QubeRecord after = registry.snapshot().get(new QubeName("office"));
        assertThat(after.uuid()).isEqualTo(before.uuid());
        assertThat(after.qid()).isEqualTo(before.qid());
        assertThat(after.properties()).containsEntry("guivm", "office");
        assertThat(registry.snapshot().find(WORK)).isEmpty();
    }

    @Test
    void the_relay_tag_follows_the_relay() throws Exception {
        registry.change(draft -> draft.setProperty(FAR, "relayvm", "sys-relay"));
        assertThat(tags(FAR)).containsExactly("relayvm-sys-relay");
        registry.change(draft -> draft.setProperty(FAR, "relayvm", "work"));
        assertThat(tags(FAR)).containsExactly("relayvm-work");
        registry.change(draft -> draft.setProperty(FAR, "relayvm", ""));
        assertThat(tags(FAR)).isEmpty();
        registry.change(draft -> draft.setProperty(FAR, "relayvm", "work"));
        registry.change(draft -> draft.resetProperty(FAR, "relayvm"));
        assertThat(tags(FAR)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"relayvm-work", "created-by-dom0"})
    void the_registry_s_own_tags_are_not_set_by_hand(String tag) throws Exception {
        registry.change(draft -> {
            draft.setProperty(FAR, "relayvm", "work");
            draft.markCreator(FAR, QubeName.DOM0);
        });
        String message = "tag `" + tag + "` is kept by the registry and can't be changed by hand";
        refused(RegistryError.QubesValueError, message, draft -> draft.addTag(RELAY, tag));
        refused(RegistryError.QubesValueError, message, draft -> draft.removeTag(FAR, tag));
    }

    @Test
    void a_unix_user_is_one_qube() throws Exception {
        registry.change(draft -> draft.setProperty(WORK, "unix_user", "alice"));
        refused(
                RegistryError.QubesPropertyValueError,
                "invalid value `alice` for property `unix_user`: that user is already qube `work`",
                draft -> draft.setProperty(RELAY, "unix_user", "alice"));
        registry.change(draft -> draft.setProperty(WORK, "unix_user", "alice"));
        assertThat(registry.snapshot().findByUnixUser("alice"))
                .get()
                .extracting(QubeRecord::name)
                .isEqualTo(WORK);
        assertThat(registry.snapshot().findByUnixUser("bob")).isEmpty();
    }

    @Test
    void tags_features_and_labels_have_a_form() {
        refused(
                RegistryError.QubesValueError,
                "tag `a b` is not 1 to 128 of A-Z a-z 0-9 _ . -",
                draft -> draft.addTag(WORK, "a b"));
        refused(
                RegistryError.QubesTagNotFoundError,
                "tag not set for qube `work`: `x`",
                draft -> draft.removeTag(WORK, "x"));
        refused(
                RegistryError.QubesFeatureNotFoundError,
                "feature not set for qube `work`: `x`",
                draft -> draft.removeFeature(WORK, "x"));
        refused(
                RegistryError.QubesValueError,
                "the value of feature `x` is not printable ascii of at most 32768 bytes: `a\\u000ab`",
                draft -> draft.setFeature(WORK, "x", "a\nb"));
        refused(
                RegistryError.QubesLabelNotFoundError,
                "label does not exist: `pink`",
                draft -> draft.setProperty(WORK, "label", "pink"));
        refused(
                RegistryError.QubesLabelInUseError,
                "label `red` is one of the host's own",
                draft -> draft.removeLabel("red"));
        refused(RegistryError.QubesLabelInUseError, "label `pink` is in use by `work`", draft -> {
            draft.createLabel("pink", "0xff00ff");
            draft.setProperty(WORK, "label", "pink");
            draft.removeLabel("pink");
        });
    }

    @Test
    void numbers_are_not_given_again_until_all_have_been() throws Exception {
        int first = registry.snapshot().get(WORK).qid();
        registry.change(draft -> draft.remove(WORK));
        registry.change(draft -> draft.create(QubeType.AppVM, WORK, "red"));
        assertThat(registry.snapshot().get(WORK).qid()).isGreaterThan(first);
    }

    @Test
    void defaults_come_from_the_host() throws Exception {
        registry.change(draft -> {
            draft.setGlobal("default_dispvm", "sys-relay");
            draft.setGlobal("default_guivm", "work");
        });
        assertThat(registry.snapshot().property(WORK, "default_dispvm"))
                .isEqualTo(new PropertyValue(PropertyType.VM, true, "sys-relay"));
        assertThat(registry.snapshot().property(RELAY, "guivm"))
                .isEqualTo(new PropertyValue(PropertyType.VM, true, "work"));
        registry.change(draft -> draft.setProperty(WORK, "default_dispvm", ""));
        assertThat(registry.snapshot().property(WORK, "default_dispvm"))
                .isEqualTo(new PropertyValue(PropertyType.VM, false, ""));
        assertThat(registry.snapshot().systemInfo().find(WORK).orElseThrow().defaultDispvm())
                .isEmpty();
    }

    private java.util.SortedSet<String> tags(QubeName name) throws RegistryException {
        return registry.snapshot().get(name).tags();
    }

    private void refused(RegistryError error, String message, Edit edit) {
        RegistrySnapshot before = registry.snapshot();
        RegistryException refusal = catchThrowableOfType(RegistryException.class, () -> registry.change(edit));
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.error()).isEqualTo(error);
        assertThat(registry.snapshot()).isSameAs(before);
    }
}
