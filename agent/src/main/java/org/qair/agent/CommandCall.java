package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.ExitCodes;
import org.qair.channel.AgentCommand;
import org.qair.channel.Handshake;
import org.qair.channel.ServiceChannel;
import org.qair.channel.SocketVchan;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.protocol.ProtocolException;
import org.qair.protocol.VchanAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One command of the host, from its data channel to its exit code, in the thread that runs it. */
final class CommandCall {
    private static final Logger LOG = LoggerFactory.getLogger(CommandCall.class);

    private final AgentSettings settings;
    private final VchanAddress address;
    private final String command;
    private final HostLink host;
    private final Thread runner = Thread.currentThread();
    private final AtomicBoolean running = new AtomicBoolean();

    CommandCall(AgentSettings settings, VchanAddress address, String command, HostLink host) {
        this.settings = settings;
        this.address = address;
        this.command = command;
        this.host = host;
    }

    /** Runs it to its end, and tells the host that the channel has ended. */
    void run() {
        try (SocketChannel channel = settings.vchan()
                .connect(address.domain(), settings.domain(), address.port(), SocketVchan.CONNECT_LIMIT)) {
            serve(channel);
        } catch (IOException failure) {
            LOG.warn("the call at {} was lost: {}", address, failure.getMessage());
        } catch (InterruptedException stopped) {
            LOG.debug("the call at {} was cut off", address, stopped);
        } finally {
            host.terminated(address);
        }
    }

    private void serve(SocketChannel channel) throws IOException, InterruptedException {
        int version = Handshake.exchange(channel);
        running.set(true);
        try (ServiceChannel streams = ServiceChannel.open(channel, version, this::callerGone)) {
            int code = runToEnd(streams);
            if (!streams.isCallerGone()) {
                streams.exit(code);
            }
        }
    }

    private int runToEnd(ServiceChannel streams) {
        try {
            return execute(streams);
        } catch (CallException failed) {
            LOG.warn("`{}` failed: {}", Printable.of(command), failed.getMessage());
            return failed.exitCode();
        } catch (ProtocolException | InvalidNameException malformed) {
            LOG.warn("the host sent `{}`: {}", Printable.of(command), malformed.getMessage());
            return ExitCodes.FAILED;
        } catch (InterruptedException cutOff) {
            return ExitCodes.FAILED;
        } catch (RuntimeException fault) {
            LOG.error("`{}`: a fault of this program", Printable.of(command), fault);
            return ExitCodes.FAILED;
        } finally {
            running.set(false);
            Thread.interrupted(); // it was for the run, which is over
        }
    }

    private int execute(ServiceChannel streams) throws CallException, ProtocolException, InterruptedException {
        AgentCommand parsed = AgentCommand.parse(command);
        return switch (parsed.work()) {
            case AgentCommand.ServiceCall service -> {
                Call call = ServiceCalls.of(parsed, service);
                yield settings.services().run(call, streams);
            }
            case AgentCommand.ShellCommand shell -> throw new CallException.Failed("plain commands are not run here");
        };
    }

    private void callerGone() {
        if (running.get()) {
            runner.interrupt();
        }
    }
}
