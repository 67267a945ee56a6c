package org.qair.exec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.HangupWatch;
import org.qair.channel.unix.SocketFile;

/** When the call of a service on a socket ends. */
@Timeout(60)
class SocketEndTest {
    @TempDir
    Path directory;

    private TestServices services;
    private ServerSocketChannel server;
    private final TestStreams streams = streams();

    private static TestStreams streams() {
        try {
            return new TestStreams();
        } catch (java.io.IOException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @BeforeEach
    void listen() throws Exception {
        services = new TestServices(directory);
        server = SocketFile.ownerOnly(directory.resolve("svc")).listen(5);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private TestServices.Running start() throws Exception {
        return TestServices.start(services.files().prepare(TestServices.call("svc"), false), streams);
    }

    private static String receive(SocketChannel service, int length) throws Exception {
        return new String(Channels.newInputStream(service).readNBytes(length), US_ASCII);
    }

    private static void send(SocketChannel service, String text) throws Exception {
        service.write(ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    @Test
    void goesOnWhenOneSideHasHalfClosed() throws Exception {
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            send(service, "answer");
            service.shutdownOutput();
            assertThat(streams.stdout.closed.await(30, TimeUnit.SECONDS)).isTrue();
            streams.input.write("still heard".getBytes(US_ASCII));
            assertThat(receive(service, 19)).isEqualTo("svc vm1\0still heard");
            assertThat(run.code()).isNotDone();
            streams.input.close();
            assertThat(service.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThat(run.code().get()).isZero();
        }
        assertThat(streams.stdout.text()).isEqualTo("answer");
    }

    @Test
    void endsWhenTheServiceHasGone() throws Exception {
        TestServices.require(HangupWatch.isAvailable(), "hang-ups cannot be noticed in this JVM");
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            assertThat(receive(service, 8)).isEqualTo("svc vm1\0");
            send(service, "last words");
        }
        assertThat(run.code().get()).isZero();
        assertThat(streams.stdout.text()).isEqualTo("last words");
    }

    @Test
    void endsWithTheClientsHalfCloseWhereConfiguredSo() throws Exception {
        services.config("svc", "skip-service-descriptor = true", "exit-on-client-eof = true");
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            streams.input.write("all".getBytes(US_ASCII));
            streams.input.close();
            assertThat(run.code().get()).isZero();
            assertThat(receive(service, 10)).isEqualTo("all");
        }
        assertThat(streams.stdout.closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void passesOnWhatAServiceHadSentThatTookNoMore() throws Exception {
        services.config("svc", "exit-on-client-eof = true");
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            assertThat(receive(service, 8)).isEqualTo("svc vm1\0");
            send(service, "last words");
        }
        try {
            while (!run.code().isDone()) {
                streams.input.write(new byte[4_096]);
            }
        } catch (java.io.IOException taken) {
            assertThat(run.code().get()).isZero(); // nobody reads it any more
        }
        assertThat(streams.stdout.text()).isEqualTo("last words");
    }

    @Test
    void endsWithTheServicesHalfCloseWhereConfiguredSo() throws Exception {
        services.config("svc", "exit-on-service-eof = true");
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            send(service, "answer");
            service.shutdownOutput();
            assertThat(run.code().get()).isZero();
            assertThat(streams.stdout.text()).isEqualTo("answer");
        }
    }

    @Test
    void sendsNoDescriptorWhereConfiguredSo() throws Exception {
        services.config("svc", "skip-service-descriptor = true");
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            streams.input.write("hello".getBytes(US_ASCII));
            assertThat(receive(service, 5)).isEqualTo("hello");
            streams.input.close();
        }
        assertThat(run.code().get()).isZero();
    }

    @Test
    void endsWhenTheCallerIsCutOff() throws Exception {
        TestServices.Running run = start();
        try (SocketChannel service = server.accept()) {
            assertThat(receive(service, 8)).isEqualTo("svc vm1\0");
            run.thread().interrupt();
            assertThatThrownBy(run.code()::get).hasCauseInstanceOf(InterruptedException.class);
            assertThat(service.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void startsAloneWithNothingToSay() throws Exception {
        services.files().prepare(TestServices.call("svc"), false).start();
        try (SocketChannel service = server.accept()) {
            assertThat(receive(service, 100)).isEqualTo("svc vm1\0");
            send(service, "to nobody");
        }
    }
}
