package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DataPortsTest {
    @Test
    void startAt513AndAreNotUsedAgainAtOnce() {
        DataPorts ports = new DataPorts();
        assertThat(ports.take(7)).isEqualTo(513);
        ports.release(7, 513);
        assertThat(ports.take(7)).isEqualTo(514);
        assertThat(ports.take(8)).as("each domain has its own").isEqualTo(513);
    }

    @Test
    void comeAgainAfterAllOthersButNotWhileTaken() {
        DataPorts ports = new DataPorts(515, 513);
        assertThat(ports.take(7)).isEqualTo(513);
        assertThat(ports.take(7)).isEqualTo(514);
        assertThat(ports.take(7)).isEqualTo(515);
        assertThatThrownBy(() -> ports.take(7)).hasMessageContaining("all data ports of domain 7");
        ports.release(7, 514);
        assertThat(ports.take(7)).isEqualTo(514);
        assertThat(ports.taken(7)).isEqualTo(3);
        assertThat(ports.taken(8)).isZero();
    }

    @Test
    void mayStartAnywhereAndStillHaveThemAll() {
        DataPorts ports = new DataPorts(515, 515);
        assertThat(List.of(ports.take(7), ports.take(7), ports.take(7))).containsExactly(515, 513, 514);
        assertThat(DataPorts.fromAnywhere().take(7)).isBetween(513, DataPorts.LAST);
    }
}
