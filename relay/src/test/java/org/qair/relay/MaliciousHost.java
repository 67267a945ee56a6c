package org.qair.relay;

import java.io.IOException;
import java.nio.file.Path;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Window;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.qair.relay.keys.JdkSecurity;
import org.qair.relay.keys.SshKeys;

/**
 * A far host that does to those who call it what the name of the service says: a process of its own, which tells on its stdout the port
 * that it listens on, and then what happens to it.
 */
final class MaliciousHost {
    private MaliciousHost() {}

    /** Argument: the file of its host key. */
    public static void main(String... arguments) throws Exception {
        JdkSecurity.install();
        SshServer server =
                TrustingServer.with(KeyPairProvider.wrap(SshKeys.loadOrCreate(Path.of(arguments[0]), "evil")));
        server.setCommandFactory((channel, line) -> new Evil(line.substring(line.lastIndexOf(' ') + 1)));
        server.start();
        say(String.valueOf(server.getPort()));
        int ignored = System.in.read(); // until the test goes
        System.exit(0);
    }

    private static synchronized void say(String event) {
        System.out.println(event);
        System.out.flush();
    }

    private static final class Evil extends OutputCommand {
        private final String service;

        Evil(String service) {
            this.service = service;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            Thread.ofPlatform().daemon().start(() -> {
                try {
                    run(channel);
                } catch (IOException | InterruptedException over) {
                    say(service + " over");
                }
            });
        }

        @Override
        public void destroy(ChannelSession channel) {
            say(service + " ended");
        }

        private void run(ChannelSession channel) throws IOException, InterruptedException {
            switch (service) {
                case "endless" -> endless(channel);
                case "no-exit-code" -> {
                    output.write("all?".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    output.flush();
                    var ignored = channel.close(false);
                }
                case "wide-frame" -> frame(channel, 200_000);
                case "huge-frame" -> frame(channel, 8_000_000);
                case "deaf" -> awaitEmpty(channel.getLocalWindow(), "deaf");
                default -> say("what is " + service);
            }
        }

        private void endless(ChannelSession channel) throws IOException, InterruptedException {
            Thread.ofPlatform().daemon().start(() -> awaitEmpty(channel.getRemoteWindow(), "stalled"));
            byte[] bytes = new byte[32_768];
            while (true) {
                output.write(bytes);
                output.flush();
            }
        }

        private static void awaitEmpty(Window window, String word) {
            while (window.getSize() > 0) {
                Thread.onSpinWait();
            }
            say(word);
        }

        /** More than the caller's window allows, in a packet that is longer than any it takes. */
        private static void frame(ChannelSession channel, int size) throws IOException {
            Buffer buffer = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_DATA, size + 64);
            buffer.putUInt(channel.getRecipient());
            buffer.putBytes(new byte[size]);
            var ignored = channel.getSession().writePacket(buffer);
        }
    }
}
