package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.qair.host.settings.EndpointTable.RelayTable;
import org.qair.host.settings.RelayUse;
import org.qair.policy.QubeName;
import org.qair.relay.endpoint.KnownRelay;
import org.qair.relay.keys.SshKeys;

class LiveRelaysTest {
    private final LiveRelays relays = new LiveRelays();
    private final List<String> faults = new ArrayList<>();
    private final PublicKey key = SshKeys.generate().getPublic();
    private final PublicKey other = SshKeys.generate().getPublic();

    private static RelayTable table(String name, String... keys) {
        return new RelayTable(new QubeName(name), List.of(keys), false, RelayUse.USUAL, name + ".toml:1");
    }

    private static String line(PublicKey key) {
        return SshKeys.publicLine(key, "");
    }

    @Test
    void eachOfARelaysKeysIsThatRelay() {
        relays.follow(List.of(table("a", line(key), line(other))), Set.of(), faults);
        assertThat(relays.relayOf(key)).map(KnownRelay::name).hasValue(new QubeName("a"));
        assertThat(relays.relayOf(other)).map(KnownRelay::name).hasValue(new QubeName("a"));
        relays.follow(List.of(table("a", line(other))), Set.of(), faults);
        assertThat(relays.relayOf(key)).isEmpty();
        relays.follow(List.of(table("a", line(key), line(other))), Set.of(other), faults);
        assertThat(relays.relayOf(key)).isPresent();
        assertThat(relays.relayOf(other)).isEmpty();
        assertThat(faults).isEmpty();
    }

    @Test
    void aKeyOfTwoRelaysIsNobodys() {
        relays.follow(List.of(table("a", line(key)), table("b", line(key), line(other))), Set.of(), faults);
        assertThat(relays.relayOf(key)).isEmpty();
        assertThat(relays.relayOf(other)).map(KnownRelay::name).hasValue(new QubeName("b"));
        assertThat(faults).containsExactly("b.toml:1: the key of relay `b` is already that of relay `a`");
    }

    @Test
    void aMalformedKeyHarmsNoOther() {
        relays.follow(List.of(table("a", "ssh-ed25519 AAAA"), table("b", line(other))), Set.of(), faults);
        assertThat(relays.relayOf(other)).isPresent();
        assertThat(faults).singleElement().asString().startsWith("a.toml:1: `key` of relay `a`: ");
    }
}
