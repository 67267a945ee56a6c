package org.qair.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.util.buffer.Buffer;

/**
 * What is asked of the far end on a channel.
 *
 * @param command {@code qrexec-client-vm …}
 * @param hops the relays that the call has come through when it arrives, this one included
 */
record CallRequest(String command, int hops) {
    /** The environment variable that the count travels in; a stock {@code sshd} does not look at it. */
    static final String HOPS = "QAIR_HOPS";

    private static final int FRAME = 64;

    /** The count as a packet of its channel. An end that is told nothing takes it for a call that began next to it. */
    private void sendHops(AbstractChannel channel) throws IOException {
        if (hops > 1) {
            Buffer buffer = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, FRAME);
            buffer.putUInt(channel.getRecipient());
            buffer.putString("env");
            buffer.putBoolean(false);
            buffer.putString(HOPS);
            buffer.putString(Integer.toString(hops));
            channel.writePacket(buffer);
        }
    }

    void send(AbstractChannel channel) throws IOException {
        sendHops(channel);
        byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
        Buffer buffer = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, bytes.length + FRAME);
        buffer.putUInt(channel.getRecipient());
        buffer.putString(Channel.CHANNEL_EXEC);
        buffer.putBoolean(true);
        buffer.putBytes(bytes);
        channel.writePacket(buffer);
    }
}
