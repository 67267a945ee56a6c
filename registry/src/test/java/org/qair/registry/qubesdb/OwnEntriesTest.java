package org.qair.registry.qubesdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OwnEntriesTest {
    private final OwnEntries entries = new OwnEntries();

    @Test
    void a_prefix_is_of_bytes_and_not_of_directories() {
        write("/ab");
        write("/a/c");
        write("/a");
        write("/b");
        assertThat(entries.list("/a").keySet()).containsExactly("/a", "/a/c", "/ab");
        assertThat(entries.list("/a/").keySet()).containsExactly("/a/c");
        assertThat(entries.list("/").keySet()).containsExactly("/a", "/a/c", "/ab", "/b");
    }

    @Test
    void a_path_with_a_slash_at_its_end_removes_what_is_below() {
        write("/ab");
        write("/a/c");
        write("/a/d/e");
        write("/a");
        assertThat(entries.remove("/a/")).containsExactly("/a/c", "/a/d/e");
        assertThat(entries.remove("/a")).containsExactly("/a");
        assertThat(entries.remove("/a")).isEmpty();
        assertThat(entries.list("/").keySet()).containsExactly("/ab");
    }

    @Test
    void a_value_may_be_empty() {
        assertThat(entries.write("/a", new byte[0])).isTrue();
        assertThat(entries.read("/a"))
                .hasValueSatisfying(value -> assertThat(value).isEmpty());
        assertThat(entries.read("/b")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/name",
                "/type",
                "/default-user",
                "/remote",
                "/remote/a",
                "/remotes/a/b",
                "/qubes-service/x",
                "/vm-config/x",
                "/qubes-vm-type/x"
            })
    void what_is_the_registry_s(String path) {
        assertThat(QubeEntries.isReserved(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/names", "/remoted", "/mine/remote", "/x", "/qubes-block-devices/xvdi", "/qubes-usb-devices"})
    void what_is_not(String path) {
        assertThat(QubeEntries.isReserved(path)).isFalse();
    }

    private void write(String path) {
        assertThat(entries.write(path, path.getBytes(StandardCharsets.US_ASCII)))
                .isTrue();
    }
}
