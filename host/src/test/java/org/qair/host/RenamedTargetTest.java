package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.unix.Bytes;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** A local qube that is renamed between the admission of a call to it and its start. */
@Timeout(60)
class RenamedTargetTest {
    private static final int HELLO = 0x300;
    private static final int EXIT_CODE = 0x193;

    @TempDir
    Path root;

    @Test
    void theCallFailsAndRunsAsNobodyElse() throws Exception {
        HostLayout layout = new HostLayout(root);
        Path ran = root.resolve("ran");
        Path service = layout.root().resolve("etc/qubes-rpc/test.Run");
        Files.createDirectories(service.getParent());
        Files.writeString(service, "#!/bin/sh\n: > '%s'\n".formatted(ran));
        Files.setPosixFilePermissions(service, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createDirectories(layout.policy());
        Files.writeString(layout.policy().resolve("30.policy"), "* * @anyvm @tag:go allow\n");
        try (Host host = Host.start(layout, HostSettings.read(layout.settings()));
                AdminAccess admin = AdminAccess.open(layout)) {
            assertThat(host.readyLine()).contains("ready");
            for (String name : new String[] {"caller", "target"}) {
                admin.call("admin.vm.Create.AppVM", "", QubeName.DOM0, "name=%s label=red".formatted(name));
            }
            QubeName target = new QubeName("target");
            admin.call("admin.vm.tag.Set", "go", target, "");
            int port = ask(layout.agentSocket(1));
            admin.call("admin.vm.property.Set", "name", target, "renamed");
            assertThat(answer(layout.qube(1).resolve("vchan.1.0.%d.sock".formatted(port))))
                    .isEqualTo(125);
        }
        assertThat(ran).doesNotExist();
    }

    private static int ask(Path socket) throws Exception {
        try (SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            byte[] request = TriggerService.request("", "target", "test.Run").encode();
            Bytes.writeFully(connection, ByteBuffer.wrap(request));
            ByteBuffer answer = ByteBuffer.allocate(VchanAddress.SIZE);
            assertThat(Bytes.readFully(connection, answer)).isTrue();
            return VchanAddress.decode(answer.array()).port();
        }
    }

    /** Takes the data channel as a caller does, and returns the exit code. */
    private static int answer(Path path) throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path));
            try (SocketChannel channel = server.accept()) {
                Bytes.writeFully(
                        channel, little(12).putInt(HELLO).putInt(4).putInt(3).flip());
                int type = 0;
                ByteBuffer body = little(0);
                while (type != EXIT_CODE) {
                    ByteBuffer header = little(8);
                    assertThat(Bytes.readFully(channel, header)).isTrue();
                    type = header.getInt(0);
                    body = little(header.getInt(4));
                    assertThat(body.capacity() == 0 || Bytes.readFully(channel, body))
                            .isTrue();
                }
                return body.getInt(0);
            }
        }
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
