package org.qair.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.host.policyrpc.PolicyRpcException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy RPCs as services of dom0, under policy like any other: the payload comes on stdin, the answer goes to stdout, a refusal to
 * stderr with exit code 1, a fault of the host with 2.
 */
final class PolicyService implements Service {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyService.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int REFUSED = 1;
    private static final int FAULT = 2;

    private final PolicyRpc rpc;

    PolicyService(PolicyRpc rpc) {
        this.rpc = rpc;
    }

    @Override
    public int run(Call call, Streams streams) throws CallException, InterruptedException {
        try {
            byte[] payload = new Payload(PolicyRpc.MAX_PAYLOAD, PATIENCE).read(streams);
            return answer(call, payload, streams);
        } catch (IOException gone) {
            throw new CallException.Failed(
                    "the caller of `%s` went away".formatted(call.service().name()), gone);
        }
    }

    private int answer(Call call, byte[] payload, Streams streams) throws IOException, InterruptedException {
        byte[] answer;
        try {
            answer = rpc.call(call.service().name(), call.service().argument().orElse(""), payload);
        } catch (PolicyRpcException refused) {
            LOG.warn(
                    "{} of {} is refused: {}",
                    call.service(),
                    call.source(),
                    refused.line().replace('\n', ' '));
            streams.stderr().write(refused.line().getBytes(StandardCharsets.UTF_8));
            return REFUSED;
        } catch (IOException broken) {
            LOG.error("{} of {} failed", call.service(), call.source(), broken);
            streams.stderr().write("Internal error. See the host's log for details.".getBytes(StandardCharsets.UTF_8));
            return FAULT;
        }
        LOG.info("{} of {}", call.service(), call.source());
        streams.stdout().write(answer);
        streams.stdout().flush();
        return 0;
    }
}
