package org.qair.host;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminAnswer;
import org.qair.registry.admin.AdminCall;
import org.qair.registry.admin.AdminReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Admin API as services {@code admin.*} of dom0, under policy like any other: the source is the caller, the qube that the call is
 * about is the target that the caller asked for (a rule sends it to dom0 with {@code target=dom0}), the payload comes on stdin, and
 * the answer goes to stdout, framed as on {@code qubesd.sock}. A call that makes no sense is answered by nothing and exit code 1.
 */
final class AdminService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(AdminService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Admin admin;
    private final Duration patience;

    AdminService(Admin admin) {
        this(admin, PATIENCE);
    }

    /** @param patience how long the payload may take to come */
    AdminService(Admin admin, Duration patience) {
        this.admin = admin;
        this.patience = patience;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        try {
            byte[] payload = new Payload(AdminCall.MAX_SIZE, patience).read(streams);
            AdminAnswer answer = answer(call, payload);
            if (answer instanceof AdminAnswer.Malformed(String reason)) {
                LOG.warn("call {} of {} has no answer: {}", call.id(), call.source(), reason);
            }
            return AdminReply.write(answer, streams.stdout()) ? 0 : 1;
        } catch (IOException gone) {
            throw new CallException.Failed("the caller of the Admin API went away", gone);
        }
    }

    private AdminAnswer answer(Call call, byte[] payload) throws IOException {
        Optional<String> about = about(call.requestedTarget());
        if (about.isEmpty()) {
            return new AdminAnswer.Malformed(
                    "`%s` is no qube that a call of the Admin API could be about".formatted(call.requestedTarget()));
        }
        String argument = call.service().argument().orElse("");
        return admin.handle(new AdminCall(call.source(), call.service().name(), argument, about.get(), payload));
    }

    private static Optional<String> about(RequestedTarget target) {
        return switch (target) {
            case RequestedTarget.Named named -> Optional.of(named.name().value());
            case RequestedTarget.Identified identified -> Optional.of(identified.toString());
            case RequestedTarget.AdminVm dom0 -> Optional.of(QubeName.DOM0.value());
            case RequestedTarget.Default unnamed -> Optional.empty();
            case RequestedTarget.Disposable disposable -> Optional.empty();
            case RequestedTarget.DisposableOf disposable -> Optional.empty();
        };
    }
}
