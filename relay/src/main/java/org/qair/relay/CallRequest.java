package org.qair.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.AbstractChannel;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.session.ServerSession;
import org.qair.call.CallContext;
import org.qair.relay.connection.Connector;
import org.qair.relay.incoming.ContextVariables;

/**
 * What is asked of the far end on a channel.
 *
 * @param command {@code qrexec-client-vm …}
 * @param context what travels with the call, as it is when it arrives
 */
record CallRequest(String command, CallContext context) {
    private static final int FRAME = 64;
    private static final String OURS = "SSH-2.0-" + Connector.IDENTIFICATION;

    private static void sendVariable(AbstractChannel channel, String name, String value) throws IOException {
        Buffer buffer = channel.getSession()
                .createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, name.length() + value.length() + FRAME);
        buffer.putUInt(channel.getRecipient());
        buffer.putString("env");
        buffer.putBoolean(false);
        buffer.putString(name);
        buffer.putString(value);
        channel.writePacket(buffer);
    }

    void send(AbstractChannel channel) throws IOException {
        for (Map.Entry<String, String> variable : ContextVariables.of(context).entrySet()) {
            sendVariable(channel, variable.getKey(), variable.getValue());
        }
        byte[] bytes = command.getBytes(StandardCharsets.UTF_8);
        Buffer buffer = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST, bytes.length + FRAME);
        buffer.putUInt(channel.getRecipient());
        buffer.putString(Channel.CHANNEL_EXEC);
        buffer.putBoolean(!tellsUnasked(channel.getSession()));
        buffer.putBytes(bytes);
        channel.writePacket(buffer);
    }

    /** One of ours ends the channel of a request that it does not take; any other is to say whether it does. */
    private static boolean tellsUnasked(Session session) {
        String other = session instanceof ServerSession ? session.getClientVersion() : session.getServerVersion();
        return other.startsWith(OURS);
    }
}
