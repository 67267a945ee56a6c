package org.qair.proof;

import java.io.IOException;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;

/** The service's end of a protected stream, on the far host: between what came over relays and a service's own streams. */
public final class ProtectedService {
    private final SealingOutput.Shared shared;
    private final Streams streams;

    private ProtectedService(Streams carried, StreamSecrets secrets) {
        this.shared = new SealingOutput.Shared(carried.stdout(), secrets.toCaller());
        this.streams = new PlainStreams(
                new OpeningInput(carried.stdin(), secrets.toService()),
                new SealingOutput(shared, FrameType.STDOUT),
                new SealingOutput(shared, FrameType.STDERR));
    }

    /**
     * Answers the offer of a statement that was found true, which makes the keys.
     *
     * @param carried the streams as the relay carries them
     * @throws MalformedProofException when the offer's key is unusable, or there is none
     * @throws IOException when the caller is gone
     */
    public static ProtectedService open(SignedStatement statement, HostSigner signer, Streams carried)
            throws MalformedProofException, IOException {
        StreamKey theirs = statement
                .statement()
                .offer()
                .orElseThrow(() -> new MalformedProofException("the statement offers no protected stream"));
        StreamOffer ours = StreamOffer.create();
        byte[] secret = ours.agree(theirs);
        StreamAnswer answer = StreamAnswer.make(statement, ours.key(), signer);
        carried.stdout().write(answer.bytes());
        carried.stdout().flush();
        return new ProtectedService(carried, StreamSecrets.derive(secret, statement, answer));
    }

    /** What the service is to use. */
    public Streams streams() {
        return streams;
    }

    /** Seals the exit code, 0 to 255, behind all output: without it the caller takes the call for cut off. */
    public void exit(int code) throws IOException {
        streams.stdout().close();
        streams.stderr().close();
        shared.frame(FrameType.EXIT_CODE, new byte[] {(byte) code}, 0, 1);
    }
}
