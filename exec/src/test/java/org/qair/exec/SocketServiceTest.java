package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

@Timeout(60)
class SocketServiceTest {
    @TempDir
    Path directory;

    private TestStreams call(String name, QubeName target, String sent) throws Exception {
        FileService service = new TestServices(directory).files();
        TestStreams streams = TestStreams.sending(sent);
        Call call = new Call(
                CallId.random(),
                new QubeName("vm1"),
                Optional.empty(),
                RequestedTarget.parse("@default"),
                target,
                ServiceName.parse(name),
                Optional.empty());
        assertThat(service.run(call, streams)).isZero();
        return streams;
    }

    @Test
    void describesTheCallToAUnixSocketAndPassesBothDirections() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("svc")));
            CompletableFuture<String> received = answering(server);
            TestStreams streams = call("svc+arg", new QubeName("work"), "hello");
            assertThat(received.get()).isEqualTo("svc+arg vm1\0hello");
            assertThat(streams.stdout.text()).isEqualTo("answer");
        }
    }

    @Test
    void tellsASocketOfDom0WhatWasAskedFor() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("svc")));
            CompletableFuture<String> received = answering(server);
            call("svc", QubeName.DOM0, "");
            assertThat(received.get()).isEqualTo("svc vm1 keyword default\0");
        }
    }

    /** The link, and the call's name: `%d` stands for the port. */
    @ParameterizedTest
    @CsvSource({
        "/dev/tcp/127.0.0.1/%d, web",
        "/dev/tcp/127.0.0.1, web+%d",
        "/dev/tcp, web+127.0.0.1+%d",
        "/dev/tcp, web+++ffff+127.0.0.1+%d",
    })
    void connectsToALinkedTcpPort(String link, String name) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            String called = name.replace("%d", Integer.toString(server.getLocalPort()));
            Files.createSymbolicLink(
                    directory.resolve("web"), Path.of(link.replace("%d", Integer.toString(server.getLocalPort()))));
            CompletableFuture<String> received = new CompletableFuture<>();
            Thread.startVirtualThread(() -> {
                try (Socket socket = server.accept()) {
                    received.complete(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
                    socket.getOutputStream().write("page".getBytes(StandardCharsets.UTF_8));
                } catch (Exception failed) {
                    received.completeExceptionally(failed);
                }
            });
            TestStreams streams = call(called, new QubeName("work"), "get");
            assertThat(received.get()).isEqualTo(called + " vm1\0get");
            assertThat(streams.stdout.text()).isEqualTo("page");
        }
    }

    @Test
    void looksUpNoHostNames() throws Exception {
        Files.createSymbolicLink(directory.resolve("any"), Path.of("/dev/tcp"));
        Files.createSymbolicLink(directory.resolve("named"), Path.of("/dev/tcp/localhost/80"));
        Files.createSymbolicLink(directory.resolve("both"), Path.of("/dev/tcp/127.0.0.1/80"));
        for (String name : List.of(
                "any+localhost+80",
                "any+127.0.0.999+80",
                "any+1+80+80",
                "any+127.0.0.1",
                "any+127.0.0.1+0",
                "any+127.0.0.1+65536",
                "named",
                "both+81")) {
            assertThatThrownBy(() -> call(name, new QubeName("work"), ""))
                    .as(name)
                    .isInstanceOf(CallException.Failed.class);
        }
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(directory.resolve("svc")));
        }
        assertThatThrownBy(() -> call("svc", new QubeName("work"), ""))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("nobody listens");
    }

    private static CompletableFuture<String> answering(ServerSocketChannel server) {
        CompletableFuture<String> received = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (var socket = server.accept()) {
                byte[] all = Channels.newInputStream(socket).readAllBytes();
                Channels.newOutputStream(socket).write("answer".getBytes(StandardCharsets.UTF_8));
                received.complete(new String(all, StandardCharsets.UTF_8));
            } catch (Exception failed) {
                received.completeExceptionally(failed);
            }
        });
        return received;
    }
}
