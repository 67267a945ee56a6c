package org.qair.agent;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.qair.call.ExitCodes;
import org.qair.channel.ServiceChannel;
import org.qair.protocol.MessageType;

/** {@code EXEC_CMDLINE}: a command whose streams are the channel's, to its exit code. */
final class CommandRun implements CommandChannel.Work {
    private final Command command;
    private final PortRelease port;
    private boolean running = true;

    /** @param port what is no longer needed once the exit code is sent */
    CommandRun(Command command, PortRelease port) {
        this.command = command;
        this.port = port;
    }

    @Override
    public MessageType type() {
        return MessageType.EXEC_CMDLINE;
    }

    @Override
    public Command command() {
        return command;
    }

    @Override
    public void over(SocketChannel channel, int version) throws IOException, InterruptedException {
        Thread runner = Thread.currentThread();
        try (ServiceChannel streams = ServiceChannel.open(channel, version, () -> callerGone(runner))) {
            int code = runToEnd(streams);
            if (!streams.isCallerGone()) {
                streams.exit(code, port::say);
            }
        }
    }

    private int runToEnd(ServiceChannel streams) {
        try {
            return command.run(prepared -> prepared.run(streams));
        } catch (InterruptedException cutOff) {
            return ExitCodes.FAILED;
        } finally {
            over();
        }
    }

    /** An interrupt that comes later would close whatever channel this thread uses then: the host's. */
    private synchronized void over() {
        running = false;
        Thread.interrupted(); // it was for the run
    }

    private synchronized void callerGone(Thread runner) {
        if (running) {
            runner.interrupt();
        }
    }
}
