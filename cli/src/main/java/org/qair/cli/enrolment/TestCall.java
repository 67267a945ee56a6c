package org.qair.cli.enrolment;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;
import org.qair.host.AdminAccess;
import org.qair.host.HostLayout;
import org.qair.host.RemotePeers;
import org.qair.host.enrolment.EnrolmentException;
import org.qair.host.enrolment.JoinMessages.Offer;
import org.qair.host.enrolment.ProposedPolicy;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.relay.DirectConnection;
import org.qair.relay.connection.ConnectFailure;

/** Tries what an enrolment made. */
final class TestCall {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final ServiceName PING = new ServiceName(ProposedPolicy.PING, Optional.empty());

    private final HostLayout layout;
    private final AdminAccess admin;
    private final QubeName remoteVm;
    private final Offer offer;

    TestCall(HostLayout layout, AdminAccess admin, QubeName remoteVm, Offer offer) {
        this.layout = layout;
        this.admin = admin;
        this.remoteVm = remoteVm;
        this.offer = offer;
    }

    /** The far host lets the relay in with its own key. */
    void keyIsAccepted(QubeName relay) throws IOException, EnrolmentException {
        try (DirectConnection _ = DirectConnection.open(RemotePeers.read(layout).find(remoteVm.value(), relay))) {
            return;
        } catch (ConnectFailure failure) {
            throw new EnrolmentException("the far host does not let the relay in: " + failure.getMessage(), failure);
        }
    }

    /** A real call through this host, from the first qube that may make one. */
    TestResult call(List<QubeName> callers, boolean rulesHere) {
        if (callers.isEmpty() || !rulesHere || !offer.policy()) {
            return TestResult.NO_RULES;
        }
        if (!admin.isLive()) {
            return TestResult.NOT_RUNNING;
        }
        QrexecClient client = QrexecClient.at(layout.agentSocket(callers.getFirst()))
                .withTimeout(PATIENCE)
                .withErrors(OutputStream.nullOutputStream());
        try (QrexecCall call = client.call(remoteVm.value(), PING.toString())) {
            call.stdin().close();
            return call.exitCode() == 0 ? TestResult.PASSED : TestResult.FAILED;
        } catch (IOException failed) {
            return TestResult.FAILED;
        }
    }
}
