package org.qair.relay.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.Tools;
import org.qair.relay.TransportFixture;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture.Result;
import org.qair.relay.incoming.RelayLimits;
import org.qair.relay.keys.SshKeys;
import org.qair.testing.LogLines;

/** What a hostile client or a relay that has gone wild takes from the others: nothing. Each is named in the log. */
@Timeout(180)
class EndpointFloodTest {
    private static final byte[] NOTHING = {};

    @TempDir
    Path directory;

    private final LogLines log = LogLines.ofAll();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        log.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private static EndpointLimits limits(int perSecond, int unauthenticated, int tries) {
        return new EndpointLimits(
                100, perSecond, 64, unauthenticated, Duration.ofSeconds(60), tries, Duration.ofSeconds(15), 96L << 20);
    }

    private Result call(EndpointFixture far, Path identity, String... more) throws Exception {
        List<String> options = new ArrayList<>(List.of("-i", identity.toString()));
        options.addAll(List.of(more));
        return EndpointFixture.run(far.ssh(options, "qrexec-client-vm", "d", "describe"), NOTHING);
    }

    /** A connection from an address of this machine that no relay of the test has; false when it is hung up on. */
    private boolean stranger(EndpointFixture far) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(elsewhere(), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), far.endpoint.port()));
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Tools.PATIENCE_SECONDS));
        try {
            socket.getOutputStream().write("SSH-2.0-hostile\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            // An endpoint that takes it says its name and then what it can do, which is more than a name.
            return socket.getInputStream().readNBytes(200).length == 200;
        } catch (IOException reset) {
            return false;
        }
    }

    private static InetAddress elsewhere() throws UnknownHostException {
        return InetAddress.getByName("127.0.0.9");
    }

    @Test
    void connectionsASecond() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory, limits(3, 1000, 3));
                TransportFixture near = new TransportFixture(far.peer())) {
            Thread running = near.callInThread("gate", Caller.silent());
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("arrived");
            int taken = 0;
            for (int i = 0; i < 40; i++) {
                taken += stranger(far) ? 1 : 0;
            }
            assertThat(taken).isBetween(6, 39);
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("127.0.0.9")
                            && line.contains("refused, more than 3 connections in a second from there"));
            assertThat(log.lines().size()).as("the log is not flooded either").isLessThan(40);
            assertThat(call(far, far.identity).exitCode()).as("from elsewhere").isZero();
            far.switchboard.gate.countDown();
            running.join();
            assertThat(near.outcomes).containsExactly(0);
        }
    }

    @Test
    void connectionsThatShowNoKey() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory, limits(100, 4, 3))) {
            int taken = 0;
            for (int i = 0; i < 8; i++) {
                taken += stranger(far) ? 1 : 0;
            }
            assertThat(taken).isEqualTo(4);
            assertThat(log.lines())
                    .anyMatch(line -> line.contains("127.0.0.9")
                            && line.contains("refused, 4 connections have shown no key yet, 4 of them from there"));
            assertThat(call(far, far.identity).exitCode()).as("from elsewhere").isZero();
        }
    }

    @Test
    void triesToShowAKey() throws Exception {
        try (EndpointFixture far = new EndpointFixture(directory, limits(100, 16, 2))) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Path key = directory.resolve("wrong" + i);
                SshKeys.create(key, "");
                keys.addAll(List.of("-i", key.toString()));
            }
            keys.addAll(List.of("-i", far.identity.toString()));
            Result result = EndpointFixture.run(far.ssh(keys, "qrexec-client-vm", "d", "describe"), NOTHING);
            assertThat(result.exitCode()).as("the right key came too late").isEqualTo(255);
            assertThat(log.lines()).anyMatch(line -> line.contains("127.0.0.1") && line.contains("is no relay's"));
            assertThat(call(far, far.identity).exitCode()).isZero();
        }
    }

    @Test
    void connectionsAndCallsOfARelay() throws Exception {
        RelayLimits few = new RelayLimits(2, 3, Optional.empty());
        try (EndpointFixture far = new EndpointFixture(directory, few);
                TransportFixture near = new TransportFixture(far.peer())) {
            Path other = far.otherRelay(directory);
            List<Thread> calls = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                calls.add(near.callInThread("gate", Caller.silent()));
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("arrived");
            }
            assertThat(call(far, far.identity).exitCode()).isEqualTo(255);
            assertThat(log.lines()).anyMatch(line -> line.contains("relay `Local-Relay` has too many calls"));
            assertThat(call(far, other).exitCode()).as("another relay").isZero();
            far.switchboard.gate.countDown();
            for (Thread call : calls) {
                call.join();
            }
            assertThat(near.outcomes).hasSize(3).containsOnly(0);
        }
    }

    @Test
    void callsASecondOfARelay() throws Exception {
        RelayLimits few = new RelayLimits(8, 8, Optional.of(2));
        try (EndpointFixture far = new EndpointFixture(directory, few);
                TransportFixture near = new TransportFixture(far.peer())) {
            Path other = far.otherRelay(directory);
            for (int i = 0; i < 30; i++) {
                near.callInThread("describe", Caller.silent()).join();
            }
            assertThat(near.outcomes).contains(0, 125);
            assertThat(log.lines())
                    .anyMatch(line ->
                            line.contains("relay `Local-Relay`: exit code 125: it begins too many calls in a second"));
            assertThat(call(far, other).exitCode()).as("another relay").isZero();
        }
    }
}
