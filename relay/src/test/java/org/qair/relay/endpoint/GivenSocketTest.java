package org.qair.relay.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.relay.Tools;
import org.qair.relay.TransportFixture;
import org.qair.relay.TransportFixture.Caller;

/** An endpoint at a socket that somebody else listens at for it. */
@Timeout(120)
class GivenSocketTest {
    @TempDir
    Path directory;

    private ServerSocketChannel given;

    @BeforeEach
    void listen() throws IOException {
        given = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        given.close();
    }

    private int port() throws IOException {
        return ((InetSocketAddress) given.getLocalAddress()).getPort();
    }

    private EndpointFixture open(String name) throws IOException {
        return new EndpointFixture(Files.createDirectory(directory.resolve(name)), given);
    }

    @Test
    void callsGoThroughIt() throws Exception {
        try (EndpointFixture far = open("one");
                TransportFixture near = new TransportFixture(far.peer())) {
            assertThat(far.endpoint.port()).isEqualTo(port());
            byte[] bytes = new byte[3_000_000];
            new Random(3).nextBytes(bytes);
            Caller caller = new Caller(new ByteArrayInputStream(bytes));
            assertThat(near.call("echo+3", caller)).isEqualTo(3);
            assertThat(caller.bytes()).isEqualTo(bytes);
            List<Thread> calls = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                calls.add(near.callInThread("gate", Caller.silent()));
            }
            for (int i = 0; i < calls.size(); i++) {
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("arrived");
            }
            far.switchboard.gate.countDown();
            for (Thread call : calls) {
                call.join();
            }
            assertThat(near.outcomes).hasSize(100).containsOnly(0);
        }
    }

    private Socket connect() throws IOException {
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), port());
        connection.setSoTimeout(Math.toIntExact(TimeUnit.SECONDS.toMillis(Tools.PATIENCE_SECONDS)));
        return connection;
    }

    private static String greeting(Socket connection) throws IOException {
        return String.valueOf(
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII))
                        .readLine());
    }

    @Test
    void whoConnectsBetweenTwoEndpointsIsServedByTheSecond() throws Exception {
        try (Socket before = connect()) {
            EndpointFixture first = open("first");
            assertThat(greeting(before)).startsWith("SSH-2.0-Qair");
            first.close();
            assertThat(before.getInputStream().read())
                    .as("its connections end with it")
                    .isEqualTo(-1);
        }
        assertThat(given.isOpen()).isTrue();
        try (Socket between = connect();
                EndpointFixture _ = open("second")) {
            assertThat(greeting(between)).startsWith("SSH-2.0-Qair");
        }
    }

    @Test
    void aPeerThatIsGoneEndsItsCalls() throws Exception {
        try (EndpointFixture far = open("one")) {
            try (TransportFixture near = new TransportFixture(far.peer())) {
                var ignored = near.callInThread("wait", Caller.silent());
                assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                        .isEqualTo("started");
            }
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("interrupted");
            Tools.until(() -> far.endpoint.connections() == 0);
        }
    }
}
