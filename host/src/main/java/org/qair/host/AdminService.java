package org.qair.host;

import java.io.IOException;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminCall;
import org.qair.registry.admin.AdminReply;

/**
 * The Admin API as services {@code admin.*} of dom0, under policy like any other: the source is the caller, the qube that the call is
 * about is the target that the caller asked for (a rule sends it to dom0 with {@code target=@adminvm}), the payload comes on stdin, and
 * the answer goes to stdout, framed as on {@code qubesd.sock}.
 */
final class AdminService implements Service {
    private static final String PREFIX = "admin.";

    private final Admin admin;

    AdminService(Admin admin) {
        this.admin = admin;
    }

    /** Whether the call is for this service. */
    static boolean takes(Call call) {
        return call.target().equals(QubeName.DOM0) && call.service().name().startsWith(PREFIX);
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        try {
            byte[] payload = streams.stdin().readNBytes(AdminCall.MAX_SIZE + 1);
            if (payload.length > AdminCall.MAX_SIZE) {
                throw new CallException.Failed("the payload has more than %d bytes".formatted(AdminCall.MAX_SIZE));
            }
            Optional<String> argument = call.service().argument();
            AdminCall question = new AdminCall(
                    call.source(), call.service().name(), argument.orElse(""), destination(call), payload);
            return AdminReply.write(admin.handle(question), streams.stdout()) ? 0 : 1;
        } catch (IOException gone) {
            throw new CallException.Failed("the caller of the Admin API went away", gone);
        }
    }

    private static String destination(Call call) {
        return switch (call.requestedTarget()) {
            case RequestedTarget.Named named -> named.name().value();
            case RequestedTarget.Identified identified -> identified.toString();
            case RequestedTarget.AdminVm dom0 -> QubeName.DOM0.value();
            case RequestedTarget.Default unnamed -> QubeName.DOM0.value();
            case RequestedTarget.Disposable disposable -> disposable.toString();
            case RequestedTarget.DisposableOf disposable -> disposable.toString();
        };
    }
}
