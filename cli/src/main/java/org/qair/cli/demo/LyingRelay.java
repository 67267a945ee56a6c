package org.qair.cli.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.PlainStreams;
import org.qair.host.HostKeys;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.SshTransport;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;

/** A relay that has its true key and speaks for a qube that is not behind it: the shipped transport with a false source. */
final class LyingRelay {
    private static final QubeName RELAY = new QubeName("Local-Relay");

    private final DemoHost local;
    private final DemoHost far;

    LyingRelay(DemoHost local, DemoHost far) {
        this.local = local;
        this.far = far;
    }

    /** Makes the call and gives its exit code. */
    int call(String claimedSource, String target, String service) throws IOException, InterruptedException {
        URI address = URI.create("ssh://" + far.endpoint());
        InetSocketAddress endpoint = new InetSocketAddress(address.getHost(), address.getPort());
        Peer peer = Peer.of(
                far.name,
                endpoint.getHostString(),
                endpoint.getPort(),
                "qair",
                List.of(new HostKeys(far.layout).endpoint().getPublic()),
                local.layout.relayKey(RELAY));
        Call call = new Call(
                CallId.random(),
                new QubeName(claimedSource),
                Optional.empty(),
                RequestedTarget.parse(target),
                RELAY,
                ServiceName.parse("qubesair.SSHProxy+" + target + "+" + service),
                Optional.empty());
        try (SshTransport transport =
                new SshTransport((relay, remote) -> new RemoteRoute.ToPeer(remote.value(), peer))) {
            return transport.run(call, PlainStreams.none());
        } catch (CallException failed) {
            throw new DemoFailure("the lying relay got no answer at all", failed);
        }
    }
}
