package org.qair.host.agents;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Carrier.Admission;
import org.qair.call.Carrier.Carriage;
import org.qair.call.ExitCodes;
import org.qair.call.FailedCall;
import org.qair.channel.GuestSockets;
import org.qair.channel.Patience;
import org.qair.channel.ServedCall;
import org.qair.channel.SocketVchan;
import org.qair.host.agents.Hold.LetGo;
import org.qair.protocol.Message;
import org.qair.protocol.RequestId;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call whose data go from one agent to another. The caller is told to listen; its socket is put into the target's directory; the
 * target's agent is told to connect there. From then on the host learns of the end alone, from both agents; it ends the call by a
 * service of the target's ({@link EndCall}).
 */
final class DirectCall implements Carriage {
    private static final Logger LOG = LoggerFactory.getLogger(DirectCall.class);

    private final AgentSession source;
    private final RequestId request;
    private final AgentSession target;
    private final Call call;
    private final int caller;
    private final int called;
    private final CompletableFuture<Boolean> left = new CompletableFuture<>();
    private boolean answered;

    DirectCall(AgentSession source, RequestId request, AgentSession target, Call call) {
        this.source = source;
        this.request = request;
        this.target = target;
        this.call = call;
        this.caller = source.link().domain();
        this.called = target.link().domain();
    }

    /** Whether the caller was told to listen; for the thread that ran it. */
    boolean isAnswered() {
        return answered;
    }

    @Override
    public Optional<Integer> run(Admission admission) throws CallException, InterruptedException {
        DataPort port = DataPort.ofTwo(source.link().host().ports());
        Hold ofCaller = source.hold(new VchanAddress(called, port.number()));
        Hold ofCalled = target.hold(new VchanAddress(caller, port.number()));
        ofCaller.whenLetGo(port::letGo);
        ofCalled.whenLetGo(port::letGo);
        try {
            connect(port.number(), ofCaller, admission);
            return awaitEnd(port.number(), ofCaller, ofCalled);
        } finally {
            source.place().clear(caller, called, port.number());
            target.place().clear(caller, called, port.number());
        }
    }

    private void connect(int port, Hold ofCaller, Admission admission) throws CallException, InterruptedException {
        String line = ServiceCommand.of(call, target);
        try {
            source.place().clear(caller, called, port);
            if (!source.send(new Message.ServiceConnect(new VchanAddress(called, port), request))) {
                throw new CallException.Failed("the caller's agent went away before the answer");
            }
            answered = true;
            admission.keep(); // while the caller makes its socket
            awaitCaller(port, ofCaller);
            if (!target.send(new Message.ExecCommandLine(new VchanAddress(caller, port), line))) {
                throw new CallException.Failed("the agent of qube `%s` went away".formatted(call.target()));
            }
        } catch (IOException failure) {
            giveUp(port, ofCaller);
            throw new CallException.Failed("the caller cannot be connected", failure);
        } catch (CallException | InterruptedException | RuntimeException failure) {
            giveUp(port, ofCaller);
            throw failure;
        }
    }

    /** Waits until the caller listens, and lets the target reach it. */
    private void awaitCaller(int port, Hold ofCaller) throws IOException, InterruptedException {
        GuestSockets from = source.place().sockets().orElseThrow();
        GuestSockets to = target.place().sockets().orElseThrow();
        LastOrders orders = new LastOrders(LastOrders.GRACE);
        ofCaller.whenLetGo(orders::call);
        boolean listens = Patience.of(SocketVchan.CONNECT_LIMIT)
                .await(() -> {
                    orders.check();
                    return from.share(to, caller, called, port) ? Optional.of(true) : Optional.empty();
                })
                .isPresent();
        if (!listens) {
            throw new IOException("it did not listen within %d s".formatted(SocketVchan.CONNECT_LIMIT.toSeconds()));
        }
    }

    /** The target was told nothing; a caller that listens gets the exit code of a failure. */
    private void giveUp(int port, Hold ofCaller) {
        target.drop(new VchanAddress(caller, port));
        if (answered && !ofCaller.isLetGo()) {
            tellFailure(port, LastOrders.GRACE);
        }
    }

    /** @param limit how long the caller may take to listen */
    private void tellFailure(int port, Duration limit) {
        try {
            ServedCall.run(
                    new FailedCall(ExitCodes.FAILED),
                    source.place().vchan().connect(caller, called, port, limit),
                    LOG::warn);
        } catch (IOException gone) {
            LOG.debug("a caller in qube `{}` is not there to be told of a failure", call.source(), gone);
        } catch (InterruptedException nobodyDoes) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Integer> awaitEnd(int port, Hold ofCaller, Hold ofCalled)
            throws CallException, InterruptedException {
        CompletableFuture<Void> both = CompletableFuture.allOf(ofCaller.future(), ofCalled.future());
        try {
            Object first =
                    CompletableFuture.anyOf(both, left, ofCalled.future()).get();
            if (first == LetGo.AGENT_GONE && !ofCaller.isLetGo() && !target.isOutlivedByCalls()) {
                tellFailure(port, Duration.ZERO); // unless it is connected, it would wait for nobody
            }
            Object ignored = CompletableFuture.anyOf(both, left).get();
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InterruptedException cutOff) {
            end(port, both);
            throw cutOff;
        }
        if (!both.isDone()) {
            throw new CallException.Lost("the host stopped; its two agents go on");
        }
        if (ofCaller.future().join() == LetGo.AGENT_GONE && ofCalled.future().join() == LetGo.AGENT_GONE) {
            throw new CallException.Lost("both agents went away before they told of its end");
        }
        return Optional.empty();
    }

    /** Has the target's agent end it; the caller gets 125 then. */
    private void end(int port, CompletableFuture<Void> both) throws CallException, InterruptedException {
        try {
            if (!EndCall.at(target.link(), caller, port)) {
                throw new CallException.Lost("the agent of qube `%s` cannot end it".formatted(call.target()));
            }
            both.get(LastOrders.GRACE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException notEnded) {
            throw new CallException.Lost("the agent of qube `%s` was to end it, and did not".formatted(call.target()));
        }
    }

    @Override
    public void leave() {
        left.complete(true);
    }
}
