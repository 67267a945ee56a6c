package org.qair.host.agents;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Carrier.Carriage;
import org.qair.call.FailedCall;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.call.UncheckedCall;
import org.qair.channel.ServedCall;
import org.qair.channel.SocketVchan;
import org.qair.policy.QubeName;
import org.qair.protocol.Message;
import org.qair.protocol.TriggerService;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A call that an agent asked for, from its request to its end, in a thread of its own. */
final class CallFromAgent {
    private static final Logger LOG = LoggerFactory.getLogger(CallFromAgent.class);
    private static final String DOOR = "agent";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private enum State {
        ASKING,
        WITHDRAWN,
        ANSWERED
    }

    private final AgentSession session;
    private final TriggerService request;
    private final AtomicReference<State> state = new AtomicReference<>(State.ASKING);
    private final Thread thread;
    private @Nullable DirectCall direct;
    private Runnable room = () -> {};
    private Runnable ended = () -> {};

    CallFromAgent(AgentSession session, TriggerService request) {
        this.session = session;
        this.request = request;
        this.thread =
                Thread.ofVirtual().name("call from " + session.link().qube()).unstarted(this::run);
    }

    /**
     * Starts it.
     *
     * @param room runs once it waits for no decision any more, nor to be told of a failure
     * @param ended runs last
     */
    void start(Runnable room, Runnable ended) {
        this.room = room;
        this.ended = ended;
        thread.start();
    }

    /** The agent is gone: there is nobody to answer. A call that was answered goes on. */
    void withdraw() {
        if (state.compareAndSet(State.ASKING, State.WITHDRAWN)) {
            thread.interrupt();
        }
    }

    /** Ends it, whatever it is at. */
    void interrupt() {
        thread.interrupt();
    }

    private void run() {
        try {
            AdmittedCall admitted = admit();
            if (!state.compareAndSet(State.ASKING, State.ANSWERED)) {
                admitted.abandon("the agent went away before the answer");
            } else if (!admitted.carry(this::directly)) {
                throughTheHost(admitted);
            } else if (direct != null && !direct.isAnswered()) {
                session.refuse(request.id());
            }
        } catch (CallException.Refused refused) {
            giveRoom();
            session.refuse(request.id()); // the switchboard has logged why
        } catch (InterruptedException stopped) {
            LOG.debug("a call from qube `{}` was cut off", session.link().qube());
        } catch (IOException lost) {
            LOG.warn("a call from qube `{}` was lost: {}", session.link().qube(), lost.getMessage());
        } catch (RuntimeException fault) {
            LOG.error(
                    "a call from qube `{}`: a fault of this program",
                    session.link().qube(),
                    fault);
        } finally {
            giveRoom();
            ended.run();
        }
    }

    /** Waits for the caller to listen, but not long for one that its agent says has gone. */
    private SocketChannel connect(int port, Hold hold) throws IOException, InterruptedException {
        LastOrders orders = new LastOrders(LastOrders.GRACE);
        hold.whenLetGo(orders::call);
        long end = System.nanoTime() + SocketVchan.CONNECT_LIMIT.toNanos();
        while (true) {
            try {
                return session.place().vchan().connect(session.link().domain(), 0, port, LOOK_AGAIN);
            } catch (SocketTimeoutException notYet) {
                orders.check();
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
            }
        }
    }

    private AdmittedCall admit() throws CallException.Refused, InterruptedException {
        QubeName caller = session.link().qube();
        AdmittedCall outcome = outcome(caller);
        // from now on the call holds the name: what it was judged by is this qube's if it still is
        if (!session.link().qube().equals(caller)) {
            outcome.abandon("the caller had another name by the time that its call was judged");
            throw new CallException.Refused("qube `%s` was renamed while it called".formatted(caller));
        }
        return outcome;
    }

    /** The call, or what stands for one that failed. That keeps its room until the caller is told: no limit counts it. */
    private AdmittedCall outcome(QubeName caller) throws CallException.Refused, InterruptedException {
        try {
            AdmittedCall admitted = session.link()
                    .host()
                    .switchboard()
                    .admit(new UncheckedCall(
                            caller,
                            Optional.of(request.uncheckedSource()).filter(source -> !source.isEmpty()),
                            request.uncheckedTarget(),
                            request.uncheckedService(),
                            DOOR));
            giveRoom();
            return admitted;
        } catch (CallException.Refused refused) {
            throw refused;
        } catch (CallException failed) {
            return new FailedCall(failed.exitCode());
        }
    }

    private void giveRoom() {
        Runnable once = room;
        room = () -> {};
        once.run();
    }

    /** Where the target has an agent that can meet this one, the data need not pass the host. */
    private Optional<Carriage> directly(Call call) {
        return session.link()
                .host()
                .find(call.target())
                .filter(target -> target != session.link())
                .flatMap(AgentLink::connected)
                .filter(target -> target.place().meets(session.place()))
                .map(target -> direct = new DirectCall(session, request.id(), target, call));
    }

    private void throughTheHost(AdmittedCall admitted) throws IOException, InterruptedException {
        AgentLink link = session.link();
        DataPort port = DataPort.ofTwo(link.host().ports());
        try {
            VchanAddress address = new VchanAddress(0, port.number());
            Hold hold = session.hold(address);
            hold.whenLetGo(port::letGo);
            if (!session.send(new Message.ServiceConnect(address, request.id()))) {
                admitted.abandon("the agent went away before the answer");
                return;
            }
            admitted.keep(); // while the caller makes its socket
            ServedCall.run(admitted, connect(admitted, port, hold), LOG::warn);
        } finally {
            session.place().clear(link.domain(), 0, port.number());
            port.letGo();
        }
    }

    private SocketChannel connect(AdmittedCall admitted, DataPort port, Hold hold)
            throws IOException, InterruptedException {
        try {
            return connect(port.number(), hold);
        } catch (IOException failure) {
            admitted.abandon(String.valueOf(failure.getMessage()));
            throw failure;
        } catch (InterruptedException stopped) {
            admitted.abandon("the host stopped");
            throw stopped;
        }
    }
}
