package org.qair.host.enrolment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.policy.QubeName;

/**
 * The service {@code qair.Unjoin} of dom0: a relay takes itself off, with all that its enrolment made. Its connections end, often before
 * the answer arrives; that its key is not accepted any more is the proof.
 */
public final class UnjoinService implements Service {
    private final InvitationDesk desk;

    public UnjoinService(InvitationDesk desk) {
        this.desk = desk;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException {
        if (!call.target().equals(QubeName.DOM0)) {
            throw new CallException.NotFound("`%s` is a service of dom0".formatted(ProposedPolicy.UNJOIN));
        }
        try {
            Optional<List<String>> kept = desk.unjoin(call.source());
            if (kept.isEmpty()) {
                throw new CallException.Refused("`%s` was not enrolled".formatted(call.source()));
            }
            streams.stdout().write((String.join("\n", kept.get()) + "\n").getBytes(StandardCharsets.UTF_8));
            return kept.get().isEmpty() ? 0 : 1;
        } catch (IOException failed) {
            throw new CallException.Failed("relay `%s` cannot be taken off".formatted(call.source()), failed);
        }
    }
}
