package org.qair.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;

/**
 * The far host's answer to a statement with a stream offer, the first {@value #SIZE} bytes of a protected stream: {@code QAS1},
 * its stream key [32], and its signature [64] over {@code qair stream answer 1}, NUL, SHA-256 of the signed statement and that
 * key. Who has it checked knows that the far host itself, and no relay, has the other half of the keys.
 */
final class StreamAnswer {
    static final int SIZE = 4 + StreamKey.SIZE + HostKey.SIGNATURE;

    private static final byte[] MAGIC = "QAS1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] CONTEXT = "qair stream answer 1\0".getBytes(StandardCharsets.US_ASCII);

    private final StreamKey key;
    private final byte[] bytes;

    private StreamAnswer(StreamKey key, byte[] bytes) {
        this.key = key;
        this.bytes = bytes;
    }

    StreamKey key() {
        return key;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    static StreamAnswer make(SignedStatement statement, StreamKey key, HostSigner signer) {
        byte[] signature = signer.sign(signedBytes(statement, key));
        return new StreamAnswer(key, SignedStatement.concat(MAGIC, key.bytes(), signature));
    }

    /**
     * Reads and checks one.
     *
     * @param pinned the keys that the far host may sign with
     */
    static StreamAnswer check(byte[] bytes, SignedStatement statement, Collection<HostKey> pinned)
            throws MalformedProofException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        byte[] raw = new byte[StreamKey.SIZE];
        byte[] signature = new byte[HostKey.SIGNATURE];
        in.get(magic).get(raw).get(signature);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new MalformedProofException("the far host did not answer with a protected stream");
        }
        StreamKey key = StreamKey.of(raw);
        byte[] signed = signedBytes(statement, key);
        if (pinned.stream().noneMatch(host -> host.verifies(signed, signature))) {
            throw new MalformedProofException(
                    "the answer to a protected stream is not signed by the far host's pinned key");
        }
        return new StreamAnswer(key, bytes.clone());
    }

    private static byte[] signedBytes(SignedStatement statement, StreamKey key) {
        return SignedStatement.concat(CONTEXT, sha256(statement.bytes()), key.bytes());
    }

    static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
