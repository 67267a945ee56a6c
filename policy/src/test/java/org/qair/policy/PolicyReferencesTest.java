package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

class PolicyReferencesTest {
    private static final String FILE = "/etc/qubes/policy.d/50-test.policy:";
    private static final QubeName WORK = new QubeName("work");
    private static final UUID ID = UUID.fromString("11112222-3333-4444-0000-000000000001");

    @Test
    void everyPlaceOfANameIsFound() throws Exception {
        PolicyReferences found = Policy.parse(MemoryFiles.of(
                        "* * work vault allow",
                        "# work",
                        "svc * @anyvm work ask target=work default_target=work",
                        "svc * @dispvm:work @default allow target=@dispvm:work",
                        "svc * @tag:work @type:AppVM deny",
                        "svc * workx work-y deny"))
                .references();
        assertThat(found.to(WORK))
                .containsExactly(
                        "source in " + FILE + 1,
                        "target in " + FILE + 3,
                        "target= in " + FILE + 3,
                        "default_target= in " + FILE + 3,
                        "source in " + FILE + 4,
                        "target= in " + FILE + 4);
        assertThat(found.to(new QubeName("vault"))).containsExactly("target in " + FILE + 1);
        assertThat(found.to(new QubeName("other"))).isEmpty();
    }

    @Test
    void uuidsAreFoundAsSuch() throws Exception {
        PolicyReferences found = Policy.parse(MemoryFiles.of("* * uuid:" + ID + " @dispvm:uuid:" + ID + " deny"))
                .references();
        assertThat(found.to(ID)).containsExactly("source in " + FILE + 1, "target in " + FILE + 1);
        assertThat(found.to(UUID.randomUUID())).isEmpty();
    }

    @Test
    void includedFilesCountOnceAtTheirOwnPlace() {
        PolicyReferences found =
                PolicyReferences.read(MemoryFiles.of("!include inc", "!include inc", "!include-service old * srv")
                        .with("inc", "svc * @anyvm work deny")
                        .with("srv", "$anyvm work deny"));
        assertThat(found.to(WORK))
                .containsExactly("target in /etc/qubes/policy.d/inc:1", "target in /etc/qubes/policy.d/srv:1");
    }

    @Test
    void brokenLinesHideNoOthers() {
        PolicyReferences found = PolicyReferences.read(MemoryFiles.of("what is this", "svc * work @anyvm deny"));
        assertThat(found.to(WORK)).containsExactly("source in " + FILE + 2);
    }

    @Test
    void twoPoliciesTogetherNameWhatEitherNames() {
        PolicyReferences one = PolicyReferences.read(MemoryFiles.of("svc * work @anyvm deny"));
        PolicyReferences other = PolicyReferences.read(MemoryFiles.of("", "svc * work uuid:" + ID + " deny"));
        PolicyReferences both = one.and(other);
        assertThat(both.to(WORK)).containsExactly("source in " + FILE + 1, "source in " + FILE + 2);
        assertThat(both.to(ID)).containsExactly("target in " + FILE + 2);
        assertThat(one.to(WORK)).hasSize(1);
        assertThat(one.and(PolicyReferences.NONE).to(WORK)).hasSize(1);
    }
}
