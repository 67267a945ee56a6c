package org.qair.proof;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.qair.call.CallException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

/**
 * The caller's end of a protected stream, on the caller's host: between the caller's own streams and those that a transport carries.
 * What relays between the two hosts see is sealed; what they change, leave out or cut off ends the call as failed. For one call.
 */
public final class ProtectedCaller {
    private final StreamOffer offer;
    private final SignedStatement statement;
    private final List<HostKey> farHost;
    private final Streams caller;
    private final CompletableFuture<FrameCipher> sealing = new CompletableFuture<>();
    private final OpeningOutput sealedOutput = new OpeningOutput(new Receiver());
    private volatile @Nullable String fault;

    /**
     * @param offer the one that the statement holds the key of
     * @param farHost the keys that the far host may answer with
     */
    public ProtectedCaller(StreamOffer offer, SignedStatement statement, Collection<HostKey> farHost, Streams caller) {
        this.offer = offer;
        this.statement = statement;
        this.farHost = List.copyOf(farHost);
        this.caller = caller;
    }

    /** What the transport is to carry. Error output that comes beside the protected stream is dropped: nobody has vouched for it. */
    public Streams streams() {
        return new PlainStreams(
                new SealingInput(caller.stdin(), sealing), sealedOutput, OutputStream.nullOutputStream());
    }

    /**
     * The exit code that the far host has sealed; whatever the transport ended with is no evidence.
     *
     * @throws CallException.Failed when the stream did not come whole
     */
    public int exitCode(int ofTransport) throws CallException {
        sealing.completeExceptionally(new IOException("the call has ended"));
        OptionalInt code = sealedOutput.exitCode();
        if (fault != null) {
            throw new CallException.Failed(fault);
        }
        return code.orElseThrow(() -> new CallException.Failed(
                "the protected stream ended before the service's exit code (the transport's was %d)"
                        .formatted(ofTransport)));
    }

    private final class Receiver implements OpeningOutput.Receiver {
        private @Nullable FrameCipher opening;

        @Override
        public void answer(byte[] answer) throws MalformedProofException {
            try {
                StreamAnswer checked = StreamAnswer.check(answer, statement, farHost);
                StreamSecrets secrets = StreamSecrets.derive(offer.agree(checked.key()), statement, checked);
                opening = secrets.toCaller();
                sealing.complete(secrets.toService());
            } catch (MalformedProofException refused) {
                fault = refused.getMessage();
                sealing.completeExceptionally(refused);
                throw refused;
            }
        }

        @Override
        public Frame open(byte[] sealed) throws MalformedProofException {
            try {
                if (opening == null) {
                    throw new MalformedProofException("a frame came before the answer");
                }
                return Frame.open(opening, sealed);
            } catch (MalformedProofException changed) {
                fault = changed.getMessage();
                throw changed;
            }
        }

        @Override
        public void output(FrameType type, byte[] data) throws IOException {
            OutputStream to = type == FrameType.STDOUT ? caller.stdout() : caller.stderr();
            if (data.length == 0) {
                to.close();
            } else {
                to.write(data);
                to.flush();
            }
        }
    }
}
