package org.qair.host;

import java.io.IOException;
import java.util.List;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.Service;
import org.qair.call.Streams;
import org.qair.proof.HostKey;
import org.qair.proof.HostSigner;
import org.qair.proof.MalformedProofException;
import org.qair.proof.ProtectedCaller;
import org.qair.proof.ProtectedService;
import org.qair.proof.SignedStatement;
import org.qair.proof.StreamOffer;

/** Whether a call's bytes are sealed between its two hosts, and at which end this host is. */
sealed interface Protection {
    /** They pass as they are. */
    Protection NONE = new None();

    /** Runs a call, sealed at this end. */
    int run(Service services, Call call, Streams streams) throws CallException, InterruptedException;

    record None() implements Protection {
        @Override
        public int run(Service services, Call call, Streams streams) throws CallException, InterruptedException {
            return services.run(call, streams);
        }
    }

    /** The caller's end: relays carry what they cannot read. */
    record OfCaller(StreamOffer offer, SignedStatement statement, List<HostKey> farHost) implements Protection {
        @Override
        public int run(Service services, Call call, Streams streams) throws CallException, InterruptedException {
            if (farHost.isEmpty()) {
                throw new CallException.Failed(
                        "the call must be protected, and no host_key is set for its RemoteVM: `qair key pin` it");
            }
            ProtectedCaller caller = new ProtectedCaller(offer, statement, farHost, streams);
            return caller.exitCode(services.run(call, caller.streams()));
        }
    }

    /** The service's end. */
    record OfService(SignedStatement statement, HostSigner signer) implements Protection {
        @Override
        public int run(Service services, Call call, Streams streams) throws CallException, InterruptedException {
            ProtectedService service = open(streams);
            int code;
            try {
                code = services.run(call, service.streams());
            } catch (CallException failed) {
                exit(service, failed.exitCode());
                throw failed;
            }
            exit(service, code);
            return code;
        }

        private ProtectedService open(Streams streams) throws CallException.Failed {
            try {
                return ProtectedService.open(statement, signer, streams);
            } catch (MalformedProofException | IOException failed) {
                throw new CallException.Failed("the protected stream could not begin", failed);
            }
        }

        private static void exit(ProtectedService service, int code) throws CallException.Failed {
            try {
                service.exit(code);
            } catch (IOException gone) {
                throw new CallException.Failed("the caller was gone before the exit code", gone);
            }
        }
    }
}
