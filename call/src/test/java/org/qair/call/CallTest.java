package org.qair.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CallTest {
    @Test
    void idsAreThirtyTwoDigitsAndUnlikeEachOther() {
        Set<CallId> ids = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            ids.add(CallId.random());
        }
        assertThat(ids).hasSize(1000).allSatisfy(id -> assertThat(id.toString()).matches("[0-9a-f]{32}"));
    }

    @Test
    void anIdFromOutsideIsChecked() {
        for (String text : List.of(
                "", "0", "G".repeat(32), "A".repeat(32), "0".repeat(31), "0".repeat(33), "0".repeat(31) + "\n")) {
            assertThatThrownBy(() -> new CallId(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new CallId("0".repeat(32))).hasToString("0".repeat(32));
    }

    @Test
    void endsWithoutAnExitCodeOfTheServiceHaveTheFieldsCodes() {
        assertThat(new CallException.Failed("x").exitCode()).isEqualTo(125);
        assertThat(new CallException.Refused("x").exitCode()).isEqualTo(126);
        assertThat(new CallException.NotFound("x").exitCode()).isEqualTo(127);
    }
}
