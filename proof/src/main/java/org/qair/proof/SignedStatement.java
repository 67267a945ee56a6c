package org.qair.proof;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * A statement with its host's signature, as it travels beside a call: URL-safe Base64 of the statement's bytes and the 64 of an
 * Ed25519 signature over {@code qair call statement 1}, NUL and those bytes. That it can be read says nothing of whether it is
 * true: ask a {@link ProofCheck}. Immutable.
 */
public final class SignedStatement {
    /** The longest text that is read, in characters. */
    public static final int MAX_TEXT = 4 * ((StatementCodec.MAX_BODY + HostKey.SIGNATURE) / 3 + 1);

    private static final byte[] CONTEXT = "qair call statement 1\0".getBytes(StandardCharsets.US_ASCII);

    private final Statement statement;
    private final byte[] body;
    private final byte[] signature;

    private SignedStatement(Statement statement, byte[] body, byte[] signature) {
        this.statement = statement;
        this.body = body;
        this.signature = signature;
    }

    static SignedStatement sign(Statement statement, HostSigner signer) {
        byte[] body = StatementCodec.encode(statement);
        return new SignedStatement(statement, body, signer.sign(signedBytes(body)));
    }

    /** Reads what {@link #text} writes; the signature is not looked at. */
    public static SignedStatement parse(String text) throws MalformedProofException {
        if (text.length() > MAX_TEXT) {
            throw new MalformedProofException(
                    "a statement of %d characters, the limit is %d".formatted(text.length(), MAX_TEXT));
        }
        byte[] bytes = decode(text);
        int length = bytes.length - HostKey.SIGNATURE;
        if (length <= 0) {
            throw new MalformedProofException("a statement of %d bytes has no signature".formatted(bytes.length));
        }
        byte[] body = Arrays.copyOf(bytes, length);
        return new SignedStatement(StatementCodec.decode(body), body, Arrays.copyOfRange(bytes, length, bytes.length));
    }

    private static byte[] decode(String text) throws MalformedProofException {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedProofException("a statement is no URL-safe Base64", malformed);
        }
    }

    /** What it says, true or not. */
    public Statement statement() {
        return statement;
    }

    /** One word of letters, digits, {@code -} and {@code _}. */
    public String text() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes());
    }

    boolean isSignedBy(HostKey key) {
        return key.verifies(signedBytes(body), signature);
    }

    /** Statement and signature, for what is to be bound to them. */
    byte[] bytes() {
        return concat(body, signature);
    }

    private static byte[] signedBytes(byte[] body) {
        return concat(CONTEXT, body);
    }

    static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
