package org.qair.host.policyrpc;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.qair.host.policyrpc.PolicyRpcException.Fault;

/** What a caller says of the file that it means to change: {@code any}, {@code new} or {@code sha256:HEX}, the hash of its content. */
final class PolicyToken {
    private static final String HASH = "sha256:";

    private PolicyToken() {}

    static String of(byte[] content) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            return HASH + HexFormat.of().formatHex(sha256.digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    /** Refuses a token that is not about the file as it is. */
    static void check(byte[] token, Optional<byte[]> file) throws PolicyRpcException {
        String said = new String(token, StandardCharsets.ISO_8859_1);
        if (said.equals("any")) {
            return;
        }
        if (said.equals("new")) {
            if (file.isPresent()) {
                throw mismatch("File exists but token is 'new'");
            }
            return;
        }
        if (!said.startsWith(HASH)) {
            throw new PolicyRpcException(Fault.PolicyAdminProtocolException, "Unrecognized token");
        }
        if (file.isEmpty()) {
            throw mismatch("File doesn't exist, but token isn't 'new'");
        }
        if (!said.equals(of(file.get()))) {
            throw mismatch("Token mismatch");
        }
    }

    private static PolicyRpcException mismatch(String message) {
        return new PolicyRpcException(Fault.PolicyAdminTokenException, message);
    }
}
