package org.qair.registry.admin;

import java.nio.charset.StandardCharsets;
import org.qair.policy.QubeName;

/**
 * One Admin API call. Only {@code source} is known, from the socket or from policy; the rest is what the caller wrote.
 *
 * @param method such as {@code admin.vm.property.Get}
 * @param argument what follows the {@code +}; empty when there is none
 * @param destination a qube's name or {@code uuid:…}
 * @param payload at most 64 KiB with all else
 */
@SuppressWarnings("ArrayRecordComponent") // as it came from the wire; nobody changes it
public record AdminCall(QubeName source, String method, String argument, String destination, byte[] payload) {
    /** The most bytes of payload and header together. */
    public static final int MAX_SIZE = 65_536;

    /** A call of the host's own tools. */
    public static AdminCall of(String method, String argument, QubeName destination, String payload) {
        return new AdminCall(
                QubeName.DOM0, method, argument, destination.value(), payload.getBytes(StandardCharsets.UTF_8));
    }
}
