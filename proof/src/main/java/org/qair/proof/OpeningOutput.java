package org.qair.proof;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * Where the transport writes on the caller's host: takes the far host's answer, then opens frames and hands their data on. Holds at
 * most one frame.
 */
final class OpeningOutput extends OutputStream {
    private final Receiver receiver;
    private final byte[] header = new byte[Frame.HEADER];
    private ByteBuffer wanted = ByteBuffer.allocate(StreamAnswer.SIZE);
    private Part part = Part.ANSWER;
    private OptionalInt exitCode = OptionalInt.empty();

    OpeningOutput(Receiver receiver) {
        this.receiver = receiver;
    }

    private enum Part {
        ANSWER,
        HEADER,
        BODY
    }

    /** Whoever the parts of the stream are for. */
    interface Receiver {
        void answer(byte[] answer) throws MalformedProofException;

        Frame open(byte[] sealed) throws MalformedProofException;

        void output(FrameType type, byte[] data) throws IOException;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = Math.min(length - done, wanted.remaining());
            wanted.put(from, offset + done, count);
            done += count;
            if (!wanted.hasRemaining()) {
                try {
                    take(wanted.array());
                } catch (MalformedProofException broken) {
                    throw new IOException(broken.getMessage(), broken);
                }
            }
        }
    }

    private void take(byte[] bytes) throws IOException, MalformedProofException {
        if (exitCode.isPresent()) {
            throw new MalformedProofException("bytes follow the exit code in a protected stream");
        }
        switch (part) {
            case ANSWER -> {
                receiver.answer(bytes);
                expect(Part.HEADER, ByteBuffer.wrap(header));
            }
            case HEADER -> expect(Part.BODY, ByteBuffer.allocate(Frame.length(bytes)));
            case BODY -> {
                frame(receiver.open(bytes));
                expect(Part.HEADER, ByteBuffer.wrap(header));
            }
        }
    }

    private void expect(Part next, ByteBuffer into) {
        part = next;
        wanted = into;
    }

    private void frame(Frame frame) throws IOException, MalformedProofException {
        switch (frame.type()) {
            case STDOUT, STDERR -> receiver.output(frame.type(), frame.data());
            case EXIT_CODE -> {
                if (frame.data().length != 1) {
                    throw new MalformedProofException("an exit code of %d bytes".formatted(frame.data().length));
                }
                exitCode = OptionalInt.of(frame.data()[0] & 0xff);
            }
            case STDIN -> throw new MalformedProofException("a frame of STDIN from a service");
        }
    }

    /** The exit code, when the whole stream has come. Ask when nothing is written any more. */
    OptionalInt exitCode() {
        return exitCode;
    }
}
