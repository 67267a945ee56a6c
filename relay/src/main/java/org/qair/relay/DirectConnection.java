package org.qair.relay;

import java.io.IOException;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;
import org.qair.call.CallContext;
import org.qair.call.CallException;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.connection.ConnectFailure;
import org.qair.relay.connection.Connector;
import org.qair.relay.peer.Peer;
import org.qair.relay.stream.WindowBudget;

/**
 * A connection to a peer that a command makes for itself, beside those of a running host: to enrol, to ask the far host, to find out what
 * is wrong. One call at a time.
 */
public final class DirectConnection implements AutoCloseable {
    private static final long BUFFER_BYTES = 4L << 20;
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Peer peer;
    private final Connector connector;
    private final PeerConnection connection;
    private final WindowBudget windows = new WindowBudget(BUFFER_BYTES);

    private DirectConnection(Peer peer, Connector connector, PeerConnection connection) {
        this.peer = peer;
        this.connector = connector;
        this.connection = connection;
    }

    /** Connects and logs in as a running host would. */
    public static DirectConnection open(Peer peer) throws ConnectFailure {
        return open(peer, Optional.empty());
    }

    /** Connects and logs in with a key that is in no file. */
    public static DirectConnection open(Peer peer, KeyPair key) throws ConnectFailure {
        return open(peer, Optional.of(key));
    }

    private static DirectConnection open(Peer peer, Optional<KeyPair> key) throws ConnectFailure {
        Connector connector = new Connector();
        try {
            return new DirectConnection(peer, connector, new PeerConnection(connector.connect(peer, key)));
        } catch (ConnectFailure | RuntimeException failed) {
            connector.close();
            throw failed;
        } catch (InterruptedException interrupted) {
            connector.close();
            Thread.currentThread().interrupt();
            throw new ConnectFailure(ConnectFailure.Stage.ROUTE, "%s: interrupted".formatted(peer), interrupted);
        }
    }

    /**
     * Makes a call, as {@code qrexec-client-vm} would there.
     *
     * @param source who the call is from; absent for the relay itself
     * @param target a qube's name or a keyword, as it is there
     * @return the exit code
     * @throws CallException when it did not come to one
     */
    public int call(Optional<QubeName> source, String target, ServiceName service, Streams streams)
            throws CallException, InterruptedException {
        String command = "qrexec-client-vm %s-- %s %s"
                .formatted(source.map(name -> "--source-qube=" + name + " ").orElse(""), target, service);
        RemoteCall call = new RemoteCall(peer, streams, DRAIN);
        CallChannel channel = new CallChannel(windows);
        try {
            channel.begin(new CallRequest(command, CallContext.NONE.next()), call::changed);
        } catch (IOException lost) {
            throw new CallException.Failed("%s: the connection was lost".formatted(peer), lost);
        }
        PeerConnection.Outcome outcome = connection.open(channel, ANSWER);
        if (outcome != PeerConnection.Outcome.OPENED) {
            throw new CallException.Failed("%s takes no call: %s".formatted(peer, outcome));
        }
        return call.run(channel);
    }

    @Override
    public void close() {
        connection.close();
        connector.close();
    }
}
