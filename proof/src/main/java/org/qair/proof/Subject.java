package org.qair.proof;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/**
 * What a statement is about: a call as its far host receives it.
 *
 * @param source the calling qube, by the name that both hosts have for it
 * @param target the target as it is asked of the far host: the remote name
 * @param service service with argument
 */
public record Subject(QubeName source, RequestedTarget target, ServiceName service) {
    /** SHA-256 of service and argument, which may be too long for a statement; absent and empty argument differ. */
    String serviceDigest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(service.toString().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
