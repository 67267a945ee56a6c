package org.qair.cli.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.host.policyrpc.PolicyRpcException;

/** The calls of the policy RPCs that the commands make. */
final class PolicyFileCalls {
    private final PolicyRpc rpc;

    PolicyFileCalls(PolicyRpc rpc) {
        this.rpc = rpc;
    }

    /** A file as it is now, and the token that says so. */
    @SuppressWarnings("ArrayRecordComponent") // shown or edited once, never compared
    record Content(String token, byte[] bytes) {}

    Content get(PolicyFileName file) throws PolicyRpcException, IOException, InterruptedException {
        byte[] answer = rpc.call(file.service("Get"), file.name(), new byte[0]);
        int newline = 0;
        while (answer[newline] != '\n') {
            newline++;
        }
        return new Content(
                new String(answer, 0, newline, StandardCharsets.US_ASCII),
                Arrays.copyOfRange(answer, newline + 1, answer.length));
    }

    void replace(PolicyFileName file, String token, byte[] content)
            throws PolicyRpcException, IOException, InterruptedException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes((token + "\n").getBytes(StandardCharsets.US_ASCII));
        payload.writeBytes(content);
        rpc.call(file.service("Replace"), file.name(), payload.toByteArray());
    }

    void remove(PolicyFileName file, String token) throws PolicyRpcException, IOException, InterruptedException {
        rpc.call(file.service("Remove"), file.name(), token.getBytes(StandardCharsets.US_ASCII));
    }

    /** The names, those to include with {@code include/} before them. */
    String list() throws PolicyRpcException, IOException, InterruptedException {
        StringBuilder names = new StringBuilder(text(rpc.call("policy.List", "", new byte[0])));
        text(rpc.call("policy.include.List", "", new byte[0]))
                .lines()
                .forEach(name -> names.append("include/").append(name).append('\n'));
        return names.toString();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
