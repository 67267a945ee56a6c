package org.qair.agent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.qair.channel.Vchan;
import org.qair.channel.VchanLocation;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent of a VM or container: it waits for its host on the control channel, takes the calls of this qube's programs to it, and
 * runs what it says. When the host goes, what runs goes on, and the agent waits for a host again.
 */
public final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    /** The domain of the host. */
    static final int HOST_DOMAIN = 0;

    /** How long a caller waits for a host that is just being started again. */
    private static final Duration HOST_LIMIT = Duration.ofSeconds(10);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    private final AgentSettings settings;
    private final Hosts hosts = new Hosts();
    private final Callers callers;
    private final Commands commands;
    private final Thread link;
    private @Nullable UnixServer trigger;
    private @Nullable Closeable inUse;
    private Vchan.@Nullable Listener nextListener;
    private boolean closed;

    private Agent(AgentSettings settings) {
        this.settings = settings;
        this.callers = new Callers(hosts, HOST_LIMIT, settings.bridge());
        this.commands = new Commands(settings);
        this.link = Thread.ofPlatform().daemon().name("host link").unstarted(this::serveHosts);
    }

    /**
     * Starts an agent; it returns when its trigger socket is there and the host can connect.
     *
     * @throws IOException when a socket cannot be made, or another agent has it
     */
    public static Agent start(AgentSettings settings) throws IOException {
        Agent agent = new Agent(settings);
        try {
            SocketFile trigger = new SocketFile(
                    settings.triggerSocket(), PosixFilePermissions.fromString("rw-rw-rw-"), Optional.empty());
            agent.trigger = UnixServer.open(trigger, agent.callers::serve);
            if (settings.location().isPresent()) {
                settings.location().get().write(VchanLocation.file(settings.triggerSocket()));
            }
            agent.nextListener = agent.use(agent.listen());
            agent.link.start();
            return agent;
        } catch (IOException | RuntimeException failure) {
            agent.close();
            throw failure;
        }
    }

    private Vchan.Listener listen() throws IOException {
        return settings.vchan().listen(settings.domain(), HOST_DOMAIN, Limits.CONTROL_PORT);
    }

    /** What {@link #close} ends the wait on. */
    private synchronized <T extends Closeable> T use(T next) throws IOException {
        inUse = next;
        if (closed) {
            next.close();
            throw new IOException("the agent is stopping");
        }
        return next;
    }

    private void serveHosts() {
        while (!isClosed()) {
            try {
                serveHost();
            } catch (IOException failure) {
                if (!isClosed()) {
                    LOG.warn("the control channel: {}", failure.getMessage());
                    pause();
                }
            }
        }
    }

    /** Waits for one host and serves it until it goes. */
    private void serveHost() throws IOException {
        Vchan.Listener listener = nextListener;
        nextListener = null;
        HostLink link = HostLink.open(use((listener == null ? use(listen()) : listener).accept()));
        try (link) {
            LOG.info("a host is connected, protocol {}", link.version());
            hosts.set(Optional.of(link));
            link.serve(this::obey);
        } finally {
            hosts.set(Optional.empty());
            callers.forget(link);
            LOG.info("the host has gone; waiting for it");
        }
    }

    private void obey(HostLink from, Message message) throws ProtocolException {
        switch (message) {
            case Message.ExecCommandLine command -> commands.run(command, from);
            case Message.JustExec command -> commands.start(command, from);
            case Message.ServiceConnect connect -> callers.connect(connect, from);
            case Message.ServiceRefused refused -> callers.refuse(refused, from);
            default -> throw new ProtocolException("the host sent %s to an agent".formatted(message.type()));
        }
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_AFTER_FAILURE);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Ends the control channel and all calls; leaves no socket behind. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            closed = true;
            if (inUse != null) {
                inUse.close();
            }
        }
        if (trigger != null) {
            trigger.close();
        }
        try {
            commands.stop();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
