package org.qair.host.agents;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.qair.channel.ControlChannel;
import org.qair.host.agents.Hold.LetGo;
import org.qair.protocol.Message;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.RequestId;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A control channel that is open, from the agent's {@code HELLO} to its end. What it does wrong ends it, and nothing else: data
 * channels are apart from it. Safe for use by many threads.
 */
final class AgentSession {
    private static final Logger LOG = LoggerFactory.getLogger(AgentSession.class);
    private static final int V3 = 3;
    private static final int V4 = 4;

    private final AgentLink link;
    private final AgentOrigin origin;
    private final ControlChannel channel;
    private final SendQueue queue = new SendQueue();
    private final Backlog backlog = new Backlog();
    private final Map<VchanAddress, Hold> holds = new ConcurrentHashMap<>();
    private final Set<CallFromAgent> calls = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;
    private boolean floods;

    AgentSession(AgentLink link, AgentOrigin origin, ControlChannel channel) {
        this.link = link;
        this.origin = origin;
        this.channel = channel;
    }

    AgentLink link() {
        return link;
    }

    /** Where it was found, and where its data channels are made. */
    AgentPlace place() {
        return origin.place();
    }

    /** What the agent is told of a call that names no user. */
    String defaultUser() {
        return link.defaultUser().orElse(origin.user());
    }

    /** Whether what it was told to run may go on, and connect, when it has gone. */
    boolean isOutlivedByCalls() {
        return origin.forks();
    }

    /** Whether an agent listens there again, although this has not ended. */
    boolean hasSuccessor() throws IOException {
        return origin.isReplaced(link.domain());
    }

    /**
     * Takes what the agent sends until it, or {@link #close}, or an interrupt ends the channel. The threads that do so are the system's:
     * a virtual one is woken by way of two others, and every call of an agent waits for these.
     */
    void serve() throws InterruptedException {
        start("send to ", this::sendAll);
        Thread receiving = start("agent of ", this::receiveAll);
        try {
            receiving.join();
        } catch (InterruptedException stopped) {
            close();
            receiving.join();
            throw stopped;
        }
    }

    private Thread start(String what, Runnable work) {
        return Thread.ofPlatform().daemon().name(what + link.qube()).start(work);
    }

    private void receiveAll() {
        try {
            for (Optional<Message> next = channel.receive(); next.isPresent(); next = channel.receive()) {
                receive(next.get());
            }
        } catch (ProtocolException broken) {
            LOG.warn(
                    "the agent of qube `{}` is cut off, at byte {} of its control channel: {}",
                    link.qube(),
                    channel.received(),
                    broken.getMessage());
            link.punish();
        } catch (IOException failure) {
            LOG.debug("the control channel of qube `{}` broke", link.qube(), failure);
        } finally {
            end();
        }
    }

    private void sendAll() {
        try {
            queue.sendTo(channel);
        } catch (IOException gone) {
            LOG.debug("the agent of qube `{}` takes nothing more", link.qube(), gone);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private void receive(Message message) throws ProtocolException {
        switch (message) {
            case TriggerService request -> trigger(request);
            case Message.ConnectionTerminated terminated -> letGo(terminated.address());
            default -> throw new ProtocolException("an agent sent %s".formatted(message.type()));
        }
    }

    private void trigger(TriggerService request) throws ProtocolException {
        checkForm(request.form());
        int size = request.bodyLength();
        if (backlog.take(size)) {
            floods = false;
            CallFromAgent call = new CallFromAgent(this, request);
            calls.add(call);
            call.start(() -> backlog.give(size), () -> calls.remove(call));
            return;
        }
        if (!floods) {
            LOG.warn(
                    "the agent of qube `{}` asks for more calls than can wait for a decision: they are refused",
                    link.qube());
            floods = true;
        }
        refuse(request.id());
    }

    private void checkForm(TriggerService.Form form) throws ProtocolException {
        boolean fits = switch (form) {
            case V2 -> channel.version() < V3;
            case V3 -> channel.version() >= V3;
            case V4 -> channel.version() >= V4;
        };
        if (!fits) {
            throw new ProtocolException(
                    "an agent of protocol %d sent a request of form %s".formatted(channel.version(), form));
        }
    }

    void refuse(RequestId id) {
        send(new Message.ServiceRefused(id));
    }

    /**
     * Hands over a message, in order, without waiting for the agent to take it.
     *
     * @return false when the channel has ended
     */
    boolean send(Message message) {
        if (ended) {
            return false;
        }
        boolean taken = queue.add(message);
        if (!taken) {
            close();
        }
        return taken;
    }

    /** Notes that the agent is to have a data channel there. */
    Hold hold(VchanAddress address) {
        Hold hold = new Hold();
        holds.put(address, hold);
        if (ended) {
            letGoAll();
        }
        return hold;
    }

    /** Takes back a hold on a channel that the agent was not told of. */
    void drop(VchanAddress address) {
        Hold hold = holds.remove(address);
        if (hold != null) {
            hold.letGo(LetGo.TOLD);
        }
    }

    private void letGo(VchanAddress address) {
        Hold hold = holds.remove(address);
        if (hold == null) {
            LOG.debug("the agent of qube `{}` ended a channel that it did not have: {}", link.qube(), address);
        } else {
            hold.letGo(LetGo.TOLD);
        }
    }

    private void letGoAll() {
        for (VchanAddress address : List.copyOf(holds.keySet())) {
            Hold hold = holds.remove(address);
            if (hold != null) {
                hold.letGo(LetGo.AGENT_GONE);
            }
        }
    }

    private void end() {
        close();
        calls.forEach(CallFromAgent::withdraw);
        letGoAll();
    }

    /** Ends every call that the agent made by it. */
    void interruptCalls() {
        calls.forEach(CallFromAgent::interrupt);
    }

    /** How many data channels the agent has. */
    int held() {
        return holds.size();
    }

    /** Whether nothing can be sent any more; its link learns of that a little later. */
    boolean hasEnded() {
        return ended;
    }

    void close() {
        ended = true;
        queue.close();
        try {
            channel.close();
        } catch (IOException already) {
            LOG.debug("closing the control channel of qube `{}`", link.qube(), already);
        }
    }
}
