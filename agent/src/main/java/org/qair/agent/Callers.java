package org.qair.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.qair.channel.TriggerRequest;
import org.qair.channel.vsock.CallerBridge;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs of this qube that call others: from the trigger socket to the host and back. Their idents are numbered through, so
 * an answer that comes late meets nobody else. Safe for use by many threads.
 */
final class Callers {
    private static final Logger LOG = LoggerFactory.getLogger(Callers.class);
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);

    private final Hosts hosts;
    private final Duration hostLimit;
    private final Optional<CallerBridge> bridge;
    private final AtomicLong last = new AtomicLong();
    private final Map<RequestId, Caller> waiting = new ConcurrentHashMap<>();

    /**
     * @param hostLimit how long a caller waits for a host to connect
     * @param bridge see {@link AgentSettings#bridge}
     */
    Callers(Hosts hosts, Duration hostLimit, Optional<CallerBridge> bridge) {
        this.hosts = hosts;
        this.hostLimit = hostLimit;
        this.bridge = bridge;
    }

    /** Serves one connection of the trigger socket until its caller closes it. */
    void serve(SocketChannel connection) throws IOException, InterruptedException {
        TriggerService request = TriggerRequest.read(connection, REQUEST_LIMIT);
        Optional<HostLink> host = hosts.await(hostLimit);
        if (host.isEmpty()) {
            LOG.warn("a call is refused: no host is connected");
            return;
        }
        Caller caller = new Caller(connection, nextId(), host.get());
        waiting.put(caller.id(), caller);
        try {
            host.get().send(RequestForms.of(request, caller.id(), host.get().version()));
            awaitEnd(connection);
        } finally {
            waiting.remove(caller.id());
            caller.leave().ifPresent(caller.host()::terminated);
        }
    }

    private RequestId nextId() {
        return new RequestId(RequestId.SOCKET.value() + last.incrementAndGet());
    }

    /** A caller sends nothing after its request. */
    private static void awaitEnd(SocketChannel connection) throws IOException {
        if (connection.read(ByteBuffer.allocate(1)) > 0) {
            LOG.warn("a caller sent more than one request: its connection is closed");
        }
    }

    /** The host's answer. One that meets no caller ends at once, or its port would stay taken. */
    void connect(Message.ServiceConnect message, HostLink host) {
        Caller caller = waiting.get(message.id());
        if (caller == null || caller.host() != host || !answer(caller, message.address())) {
            LOG.info("nobody waits for the answer to request `{}` any more", message.id());
            host.terminated(message.address());
        }
    }

    private boolean answer(Caller caller, VchanAddress address) {
        Closeable waiting = () -> {};
        try {
            if (bridge.isPresent()) {
                waiting = bridge.get().open(address);
            }
            if (caller.answer(address, waiting)) {
                return true;
            }
            waiting.close();
        } catch (IOException failure) {
            LOG.warn("a call cannot be connected: {}", failure.getMessage());
            caller.refuse();
        }
        return false;
    }

    void refuse(Message.ServiceRefused message, HostLink host) {
        Caller caller = waiting.get(message.id());
        if (caller == null || caller.host() != host) {
            LOG.info("nobody waits for the refusal of request `{}` any more", message.id());
        } else {
            caller.refuse();
        }
    }

    /** The host has gone: what it was asked will not be answered, nor connected. */
    void forget(HostLink host) {
        waiting.values().stream().filter(caller -> caller.host() == host).forEach(Caller::forget);
    }
}
