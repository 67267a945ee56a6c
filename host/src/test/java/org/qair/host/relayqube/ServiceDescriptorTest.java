package org.qair.host.relayqube;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ServiceDescriptorTest {
    private static ReadableByteChannel bytes(String text) {
        return Channels.newChannel(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
    }

    @Test
    void readsServiceAndSourceAndNotAByteMore() throws Exception {
        ByteArrayInputStream from =
                new ByteArrayInputStream("qubesair.SSHProxy+pi+svc+arg vm1\0data".getBytes(ISO_8859_1));
        ServiceDescriptor descriptor = ServiceDescriptor.read(Channels.newChannel(from));
        assertThat(descriptor).isEqualTo(new ServiceDescriptor("qubesair.SSHProxy+pi+svc+arg", "vm1"));
        assertThat(new String(from.readAllBytes(), ISO_8859_1)).isEqualTo("data");
    }

    @Test
    void aTargetMayFollow() throws Exception {
        assertThat(ServiceDescriptor.read(bytes("svc vm1 name dom0\0")).source())
                .isEqualTo("vm1");
        assertThat(ServiceDescriptor.read(bytes("svc vm1 keyword adminvm\0")).service())
                .isEqualTo("svc");
    }

    @Test
    void dataInItsPlaceNameTheSettingThatIsWrong() {
        assertThatThrownBy(() -> ServiceDescriptor.read(bytes("hello\0")))
                .hasMessageContaining("`hello`")
                .hasMessageContaining("skip-service-descriptor");
        assertThatThrownBy(() -> ServiceDescriptor.read(bytes("a b c d e\0"))).hasMessageContaining("no descriptor");
    }

    @Test
    void oneThatDoesNotEndIsRefused() {
        assertThatThrownBy(() -> ServiceDescriptor.read(bytes("svc vm1")))
                .hasMessageContaining("within its descriptor");
        assertThatThrownBy(() -> ServiceDescriptor.read(bytes("x".repeat(70_000))))
                .hasMessageContaining("more than");
    }

    @Property(tries = 500)
    void anyBytesAreReadOrRefused(@ForAll String text) {
        try {
            ServiceDescriptor read = ServiceDescriptor.read(bytes(text + "\0"));
            assertThat(read.service() + read.source()).doesNotContain(" ", "\0");
        } catch (IOException refused) {
            assertThat(refused.getMessage()).contains("descriptor");
        }
    }
}
