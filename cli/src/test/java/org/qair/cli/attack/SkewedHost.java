package org.qair.cli.attack;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.qair.call.CallId;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.proof.HostSigner;
import org.qair.proof.Issuer;
import org.qair.proof.Subject;

/** A host whose clock is wrong, as far as others see of it: it signs a call with the host's own key, in a process of its own. */
final class SkewedHost {
    private SkewedHost() {}

    /** Arguments: the root of the host, by how many seconds its clock is ahead, source, target and service. Prints the statement. */
    public static void main(String... arguments) throws Exception {
        HostKeys keys = new HostKeys(new HostLayout(Path.of(arguments[0])));
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(arguments[1])));
        Subject subject = new Subject(
                new QubeName(arguments[2]), RequestedTarget.parse(arguments[3]), ServiceName.parse(arguments[4]));
        System.out.print(new Issuer(new HostSigner(keys.host()), clock)
                .state(CallId.random(), subject, new QubeName("Remote"), Optional.empty())
                .text());
        System.out.flush();
    }
}
