package org.qair.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.qair.call.Streams;

/** The service's end of a protected stream, on the far host: between what came over relays and a service's own streams. */
public final class ProtectedService {
    private final SealingOutput.Shared shared;
    private final InputStream stdin;
    private final OutputStream stdout;
    private final OutputStream stderr;

    private ProtectedService(Streams carried, StreamSecrets secrets) {
        this.shared = new SealingOutput.Shared(carried.stdout(), secrets.toCaller());
        this.stdin = new OpeningInput(carried.stdin(), secrets.toService());
        this.stdout = new SealingOutput(shared, FrameType.STDOUT);
        this.stderr = new SealingOutput(shared, FrameType.STDERR);
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
        return new Streams() {
            @Override
            public InputStream stdin() {
                return stdin;
            }

            @Override
            public OutputStream stdout() {
                return stdout;
            }

            @Override
            public OutputStream stderr() {
                return stderr;
            }
        };
    }

    /** Seals the exit code, 0 to 255, behind all output: without it the caller takes the call for cut off. */
    public void exit(int code) throws IOException {
        stdout.close();
        stderr.close();
        shared.frame(FrameType.EXIT_CODE, new byte[] {(byte) code}, 0, 1);
    }
}
