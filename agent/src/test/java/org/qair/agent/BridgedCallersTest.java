package org.qair.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.CallerChannel;
import org.qair.channel.Cancellation;
import org.qair.channel.ControlChannel;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;
import org.qair.channel.SocketVchan;
import org.qair.channel.Trigger;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.vsock.CallerBridge;
import org.qair.protocol.Message;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;

/** Callers of an agent whose host is reached otherwise than by their socket vchans: by another directory, in the place of AF_VSOCK. */
@Timeout(120)
class BridgedCallersTest {
    private static final VchanAddress ADDRESS = new VchanAddress(0, 700);

    @TempDir
    Path directory;

    private Vchan outside;
    private AgentRig rig;
    private ControlChannel host;

    @BeforeEach
    void start() throws Exception {
        outside = SocketVchan.in(Files.createDirectory(directory.resolve("outside")));
        CallerBridge bridge = new CallerBridge(SocketVchan.in(directory), outside, AgentRig.DOMAIN);
        rig = new AgentRig(directory, Optional.empty(), outside, Optional.of(bridge));
        host = ControlChannel.asDaemon(outside.connect(AgentRig.DOMAIN, 0, 512, AgentRig.PATIENCE));
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
        rig.close();
    }

    @Test
    void aCallReachesTheHost() throws Exception {
        FutureTask<String> calling = new FutureTask<>(this::call);
        Thread.ofVirtual().start(calling);
        TriggerService request = (TriggerService) host.receive().orElseThrow();
        host.send(new Message.ServiceConnect(ADDRESS, request.id()));
        SocketChannel data = outside.connect(AgentRig.DOMAIN, 0, ADDRESS.port(), AgentRig.PATIENCE);
        try (ServiceChannel service = ServiceChannel.open(data, Handshake.exchange(data), () -> {})) {
            service.stdin().transferTo(service.stdout());
            service.exit(7);
        }
        assertThat(calling.get()).isEqualTo("question 7");
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
    }

    private String call() throws Exception {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        try (CallerChannel call = Trigger.call(
                rig.trigger(),
                new VchanLocation(AgentRig.DOMAIN, directory),
                TriggerService.request("", "dom0", "svc"),
                errors,
                new Cancellation())) {
            call.stdin().write("question".getBytes(StandardCharsets.UTF_8));
            call.stdin().close();
            String answer = new String(call.stdout().readAllBytes(), StandardCharsets.UTF_8);
            return answer + " " + call.exitCode();
        }
    }

    @Test
    void aCallerThatHasGoneIsNotWaitedFor() throws Exception {
        try (SocketChannel caller = rig.caller(TriggerService.request("", "dom0", "svc"))) {
            TriggerService request = (TriggerService) host.receive().orElseThrow();
            host.send(new Message.ServiceConnect(ADDRESS, request.id()));
            assertThat(VchanAddress.decode(AgentRig.read(caller, 8).array())).isEqualTo(ADDRESS);
        }
        assertThat(host.receive()).contains(new Message.ConnectionTerminated(ADDRESS));
        assertThatThrownBy(() -> outside.connect(AgentRig.DOMAIN, 0, ADDRESS.port(), Duration.ZERO))
                .isInstanceOf(SocketTimeoutException.class);
    }
}
