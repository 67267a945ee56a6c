package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ServiceNameTest {
    @Test
    void splitsAtTheFirstPlusAlone() {
        ServiceName parsed = ServiceName.parse("SSHProxy+Remote-Qube+svc+");
        assertThat(parsed.name()).isEqualTo("SSHProxy");
        assertThat(parsed.argument()).hasValue("Remote-Qube+svc+");
    }

    @Test
    void anEmptyArgumentAndNoneAreTwoThingsToServicesAndOneToRules() {
        assertThat(ServiceName.parse("svc")).isNotEqualTo(ServiceName.parse("svc+"));
        assertThat(ServiceName.parse("svc")).hasToString("svc");
        assertThat(ServiceName.parse("svc+")).hasToString("svc+");
        assertThat(ServiceName.parse("svc").ruleArgument()).isEqualTo("+");
        assertThat(ServiceName.parse("svc+").ruleArgument()).isEqualTo("+");
    }

    @Test
    void namesTheCharacterAndItsPlace() {
        assertThatThrownBy(() -> ServiceName.parse("my;svc"))
                .isInstanceOf(InvalidNameException.class)
                .hasMessageContaining("`;` at byte 2");
        assertThatThrownBy(() -> ServiceName.parse("+arg")).hasMessageContaining("empty");
    }

    @Test
    void holdsTheLimitOnServiceAndArgumentTogether() {
        assertThat(ServiceName.parse("s+" + "a".repeat(64_998)).toString()).hasSize(ServiceName.MAX_LENGTH);
        assertThatThrownBy(() -> ServiceName.parse("s+" + "a".repeat(64_999))).hasMessageContaining("65001 bytes");
    }

    @Property(tries = 500)
    void readsBackWhatItWritesOrRefuses(@ForAll String text) {
        try {
            assertThat(ServiceName.parse(text)).hasToString(text);
        } catch (InvalidNameException refused) {
            assertThat(refused.getMessage()).matches("\\p{ASCII}*…?[\\p{ASCII}]*");
        }
    }
}
