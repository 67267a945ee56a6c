package org.qair.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.qair.channel.unix.Bytes;
import org.qair.channel.unix.Deadline;
import org.qair.protocol.Limits;
import org.qair.protocol.Message;
import org.qair.protocol.MessageType;

/**
 * {@code JUST_EXEC}: a command whose streams are on nothing. The exit code says whether it could be started, and is all that is
 * sent.
 */
record CommandStart(Command command, PortRelease port) implements CommandChannel.Work {
    private static final Duration LINGER = Duration.ofSeconds(10);

    @Override
    public MessageType type() {
        return MessageType.JUST_EXEC;
    }

    @Override
    public void over(SocketChannel channel, int version) throws IOException, InterruptedException {
        int code = command.run(prepared -> {
            prepared.start();
            return 0;
        });
        Bytes.writeFully(channel, new Message.ExitCode(code).encode());
        channel.shutdownOutput();
        port.say();
        awaitClose(channel);
    }

    /** One that still sends would lose the code to a reset. */
    private static void awaitClose(SocketChannel channel) throws IOException {
        ByteBuffer dropped = ByteBuffer.allocate(Limits.CHUNK_V2);
        try (Deadline deadline = new Deadline(LINGER, channel)) {
            while (channel.read(dropped.clear()) >= 0) {
                if (deadline.expired()) {
                    return;
                }
            }
        }
    }
}
