package org.qair.relay.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

/** Servers that say at the start of a key exchange what they have, and whether they know the strict one. */
class StrictExchangeTest {
    private static final int KEXINIT = 20;
    private static final String STRICT = "kex-strict-s-v00@openssh.com";

    @TempDir
    Path directory;

    /** Offers this, and tells the number of the client's next message: 30 when the client goes on. */
    private static int nextMessage(Path directory, String cipher, String exchanges) throws Exception {
        CompletableFuture<Integer> next = new CompletableFuture<>();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Connector connector = new Connector()) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    next.complete(offer(client, cipher, exchanges));
                } catch (IOException e) {
                    next.completeExceptionally(e);
                }
            });
            Path key = directory.resolve("key");
            SshKeys.create(key, "");
            Peer peer = Peer.of(
                    "far",
                    "127.0.0.1",
                    server.getLocalPort(),
                    "x",
                    List.of(SshKeys.generate().getPublic()),
                    key);
            assertThatThrownBy(() -> connector.connect(peer))
                    .hasMessageContaining(
                            cipher.startsWith("chacha") && !exchanges.contains(STRICT)
                                    ? "neither AES-GCM nor strict key exchange"
                                    : "peer `far`");
            return next.get();
        }
    }

    private static int offer(Socket client, String cipher, String exchanges) throws IOException {
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.write("SSH-2.0-test\r\n".getBytes(StandardCharsets.US_ASCII));
        ByteArrayBuffer kexInit = new ByteArrayBuffer();
        kexInit.putByte((byte) KEXINIT);
        kexInit.putRawBytes(new byte[16]);
        for (String list : List.of(
                exchanges,
                "ssh-ed25519",
                cipher,
                cipher,
                "hmac-sha2-256-etm@openssh.com",
                "hmac-sha2-256-etm@openssh.com")) {
            kexInit.putString(list);
        }
        for (String list : List.of("none", "none", "", "")) {
            kexInit.putString(list);
        }
        kexInit.putBoolean(false);
        kexInit.putInt(0);
        byte[] payload = kexInit.getCompactData();
        int padding = 16 - (payload.length + 5) % 8;
        out.writeInt(payload.length + padding + 1);
        out.writeByte(padding);
        out.write(payload);
        out.write(new byte[padding]);
        out.flush();
        DataInputStream in = new DataInputStream(client.getInputStream());
        while (in.readByte() != '\n') {
            // the client's identification
        }
        if (message(in) != KEXINIT) {
            throw new IOException("no KEXINIT");
        }
        return message(in);
    }

    /** The number of a message that is not encrypted; -1 at the end. */
    private static int message(DataInputStream in) throws IOException {
        int length = in.read() << 24 | in.read() << 16 | in.read() << 8 | in.read();
        if (length < 0) {
            return -1;
        }
        byte[] packet = in.readNBytes(length);
        return packet[1];
    }

    @Test
    void withoutStrictExchangeAnOldCipherIsRefused() throws Exception {
        assertThat(nextMessage(directory, "chacha20-poly1305@openssh.com", "curve25519-sha256"))
                .isNotEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"curve25519-sha256", "curve25519-sha256," + STRICT})
    void withAesGcmItGoesOn(String exchanges) throws Exception {
        assertThat(nextMessage(directory, "aes128-gcm@openssh.com", exchanges)).isEqualTo(30);
    }

    @Test
    void withStrictExchangeEveryCipherGoesOn() throws Exception {
        assertThat(nextMessage(directory, "chacha20-poly1305@openssh.com", "curve25519-sha256," + STRICT))
                .isEqualTo(30);
    }
}
