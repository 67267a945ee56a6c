package org.qair.proof;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.qair.call.CallId;

/**
 * A statement as bytes, little-endian: version u8 (1), issuer [32], call id [16], milliseconds since 1970 u64, nonce [16], then
 * source, target and remote target each as length u8 and as many bytes, SHA-256 of service and argument [32], and 0, or 1 and a
 * stream key [32]. One statement has one form: nothing follows it, and no field has two spellings.
 */
final class StatementCodec {
    static final int MAX_BODY = 512;
    private static final int VERSION = 1;
    private static final int CALL_ID = 16;
    private static final int DIGEST = 32;
    private static final int LONGEST_NAME = 63;
    private static final HexFormat HEX = HexFormat.of();

    private StatementCodec() {}

    static byte[] encode(Statement statement) {
        ByteBuffer out = ByteBuffer.allocate(MAX_BODY).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) VERSION)
                .put(statement.issuer().raw())
                .put(HEX.parseHex(statement.call().value()))
                .putLong(statement.time().toEpochMilli())
                .put(statement.nonce().bytes());
        putName(out, statement.source());
        putName(out, statement.target());
        putName(out, statement.remoteTarget());
        out.put(HEX.parseHex(statement.serviceDigest()));
        out.put((byte) (statement.offer().isPresent() ? 1 : 0));
        statement.offer().ifPresent(key -> out.put(key.bytes()));
        byte[] body = new byte[out.position()];
        out.flip().get(body);
        return body;
    }

    static Statement decode(byte[] body) throws MalformedProofException {
        if (body.length > MAX_BODY) {
            throw new MalformedProofException(
                    "a statement of %d bytes, the limit is %d".formatted(body.length, MAX_BODY));
        }
        ByteBuffer in = ByteBuffer.wrap(body).order(ByteOrder.LITTLE_ENDIAN);
        try {
            Statement statement = read(in);
            if (in.hasRemaining()) {
                throw new MalformedProofException("%d bytes follow a statement".formatted(in.remaining()));
            }
            return statement;
        } catch (BufferUnderflowException cut) {
            throw new MalformedProofException("a statement is cut off at byte %d".formatted(in.position()), cut);
        }
    }

    private static Statement read(ByteBuffer in) throws MalformedProofException {
        int version = in.get();
        if (version != VERSION) {
            throw new MalformedProofException(
                    "a statement of version %d, only %d is known".formatted(version, VERSION));
        }
        return new Statement(
                issuer(take(in, RawKeys.SIZE)),
                new CallId(HEX.formatHex(take(in, CALL_ID))),
                time(in.getLong()),
                Nonce.of(take(in, Nonce.SIZE)),
                name(in),
                name(in),
                name(in),
                HEX.formatHex(take(in, DIGEST)),
                offer(in));
    }

    private static HostKey issuer(byte[] raw) throws MalformedProofException {
        try {
            return HostKey.decode(raw);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedProofException("the issuer of a statement is no Ed25519 key", malformed);
        }
    }

    private static Instant time(long millis) throws MalformedProofException {
        if (millis < 0) {
            throw new MalformedProofException("a statement of before 1970");
        }
        return Instant.ofEpochMilli(millis);
    }

    private static Optional<StreamKey> offer(ByteBuffer in) throws MalformedProofException {
        int present = in.get();
        return switch (present) {
            case 0 -> Optional.empty();
            case 1 -> Optional.of(StreamKey.of(take(in, StreamKey.SIZE)));
            default ->
                throw new MalformedProofException(
                        "byte %d of a statement is %d, not 0 or 1".formatted(in.position() - 1, present));
        };
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static void putName(ByteBuffer out, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length == 0 || bytes.length > LONGEST_NAME) {
            throw new IllegalArgumentException("a name of %d bytes in a statement".formatted(bytes.length));
        }
        out.put((byte) bytes.length).put(bytes);
    }

    private static String name(ByteBuffer in) throws MalformedProofException {
        int at = in.position();
        int length = in.get();
        if (length <= 0 || length > LONGEST_NAME) {
            throw new MalformedProofException(
                    "a name of %d bytes at byte %d of a statement".formatted(length & 0xff, at));
        }
        byte[] bytes = take(in, length);
        for (byte one : bytes) {
            if (one <= ' ' || one > '~') {
                throw new MalformedProofException(
                        "byte %d in the name at byte %d of a statement".formatted(one & 0xff, at));
            }
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
