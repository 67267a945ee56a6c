package org.qair.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.UnixPaths;

class PeerIdentityTest {
    @TempDir
    Path directory;

    @Test
    void isWhatTheJdkAndTheKernelSay() throws Exception {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel _ =
                        ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixPaths.address(path));
                SocketChannel first = SocketChannel.open(UnixPaths.address(path));
                SocketChannel second = SocketChannel.open(UnixPaths.address(path))) {
            UnixDomainPrincipal expected = first.getOption(ExtendedSocketOptions.SO_PEERCRED);
            for (SocketChannel connected : new SocketChannel[] {first, second}) {
                PeerIdentity found = PeerIdentity.of(connected);
                assertThat(found.user()).isEqualTo(expected.user());
                assertThat(found.user().getName()).isEqualTo(expected.user().getName());
                assertThat(found.group()).isEqualTo(expected.group());
            }
            assertThat(PeerCredentials.of(first))
                    .isEqualTo(new PeerCredentials(
                            Math.toIntExact(ProcessHandle.current().pid()),
                            (Integer) Files.getAttribute(path, "unix:uid"),
                            (Integer) Files.getAttribute(path, "unix:gid")));
        }
    }
}
