package org.qair.bench;

import java.io.IOException;
import java.nio.file.Path;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard.AdmittedCall;
import org.qair.channel.InBandCalls;
import org.qair.channel.unix.SocketFile;
import org.qair.channel.unix.UnixServer;

/** What {@code qair relay} is to {@code qubesair.SSHProxy}: a socket where calls end at once with exit code 0. */
final class RelaySocket implements AutoCloseable {
    private final UnixServer server;

    /** Listens there. */
    RelaySocket(Path path) throws IOException {
        server = UnixServer.open(
                SocketFile.ownerOnly(path), new InBandCalls((peer, request) -> new Nothing(), System.err::println));
    }

    private static final class Nothing implements AdmittedCall {
        private final CallId id = CallId.random();

        @Override
        public CallId id() {
            return id;
        }

        @Override
        public int run(Streams streams) {
            return 0;
        }

        @Override
        public void abandon(String reason) {
            System.err.println("a call is abandoned: " + reason);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
