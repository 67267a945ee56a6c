package org.qair.host.relayqube;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.attribute.GroupPrincipal;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qair.channel.PeerIdentity;

class TrustedUsersTest {
    private record Named(String name) implements GroupPrincipal {
        @Override
        public String getName() {
            return name;
        }
    }

    private static PeerIdentity user(String name) {
        return new PeerIdentity(new Named(name), new Named("users"));
    }

    @Test
    void rootTheRelaysOwnUserAndThoseOfTheSettingsMayHandCallsOver() {
        TrustedUsers trusted = new TrustedUsers(Set.of("user"));
        assertThat(trusted.test(user("root"))).isTrue();
        assertThat(trusted.test(user(System.getProperty("user.name")))).isTrue();
        assertThat(trusted.test(user("user"))).isTrue();
        assertThat(trusted.test(user("mallory"))).isFalse();
        assertThat(new TrustedUsers(Set.of()).test(user("user"))).isFalse();
    }
}
