package org.qair.host.policyrpc;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.qair.host.policyrpc.PolicyRpcException.Fault;

/**
 * The policy RPCs of the field: {@code policy.List|Get|Replace|Remove}, the same of {@code policy.include.}, {@code policy.GetFiles}. A change is made only
 * when the whole policy would be good after it, and its own tests hold. Source: {@code qrexec/policy/admin.py} as of R4.3. Safe for use by many threads.
 */
public final class PolicyRpc {
    /** The most bytes of a payload: a file, and a line with its token. */
    public static final int MAX_PAYLOAD = 1024 * 1024;

    private static final String GET_FILES = "policy.GetFiles";
    private static final int SHOWN = 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,200}");
    private static final Pattern SERVICE = Pattern.compile("[A-Za-z0-9_.-]+");

    private final PolicyStore store;

    public PolicyRpc(PolicyStore store) {
        this.store = store;
    }

    /** The names of the services. */
    public static Set<String> services() {
        Set<String> names = new TreeSet<>(Set.of(GET_FILES));
        for (PolicySection section : PolicySection.values()) {
            for (String verb : List.of("List", "Get", "Replace", "Remove")) {
                names.add(section.prefix() + verb);
            }
        }
        return names;
    }

    /**
     * Carries out a call.
     *
     * @param service such as {@code policy.Get}
     * @param argument what follows its {@code +}; empty when there is none
     * @return what the caller receives
     * @throws PolicyRpcException when the call is refused
     * @throws IOException when the files cannot be used
     */
    public byte[] call(String service, String argument, byte[] payload)
            throws PolicyRpcException, IOException, InterruptedException {
        PolicySection section =
                service.startsWith(PolicySection.INCLUDE.prefix()) ? PolicySection.INCLUDE : PolicySection.POLICY;
        try (PolicyStore.Held _ = store.lock()) {
            return switch (service) {
                case "policy.List", "policy.include.List" -> list(section, argument, payload);
                case "policy.Get", "policy.include.Get" -> get(section, argument, payload);
                case "policy.Replace", "policy.include.Replace" -> replace(section, argument, payload);
                case "policy.Remove", "policy.include.Remove" -> remove(section, argument, payload);
                case GET_FILES -> getFiles(argument, payload);
                default -> throw protocol("unrecognized method: " + service);
            };
        }
    }

    private byte[] list(PolicySection section, String argument, byte[] payload) throws PolicyRpcException, IOException {
        if (!argument.isEmpty()) {
            throw protocol("Unexpected argument");
        }
        refusePayload(payload);
        return lines(store.names(section));
    }

    private byte[] get(PolicySection section, String name, byte[] payload) throws PolicyRpcException, IOException {
        refusePayload(payload);
        checkName(name);
        byte[] content = store.read(section, name).orElseThrow(() -> notFound(section, name));
        byte[] token = (PolicyToken.of(content) + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] answer = Arrays.copyOf(token, token.length + content.length);
        System.arraycopy(content, 0, answer, token.length, content.length);
        return answer;
    }

    private byte[] replace(PolicySection section, String name, byte[] payload) throws PolicyRpcException, IOException {
        checkName(name);
        int newline = indexOfNewline(payload);
        if (newline < 0) {
            throw protocol("Payload needs to include first line with token");
        }
        PolicyToken.check(Arrays.copyOf(payload, newline), store.read(section, name));
        byte[] content = Arrays.copyOfRange(payload, newline + 1, payload.length);
        validate(section, name, Optional.of(content));
        store.write(section, name, content);
        store.changed();
        return new byte[0];
    }

    private byte[] remove(PolicySection section, String name, byte[] payload) throws PolicyRpcException, IOException {
        checkName(name);
        Optional<byte[]> content = store.read(section, name);
        PolicyToken.check(payload, content);
        if (content.isEmpty()) {
            throw notFound(section, name);
        }
        validate(section, name, Optional.empty());
        store.delete(section, name);
        store.changed();
        return new byte[0];
    }

    private byte[] getFiles(String service, byte[] payload) throws PolicyRpcException {
        refusePayload(payload);
        if (service.isEmpty()) {
            throw protocol("Service cannot be empty.");
        }
        if (!SERVICE.matcher(service).matches()) {
            throw protocol("Service '%s' contains invalid characters".formatted(service));
        }
        return lines(store.filesAbout(service));
    }

    private void validate(PolicySection section, String name, Optional<byte[]> content) throws PolicyRpcException {
        List<String> objections = store.objections(section, name, content);
        if (!objections.isEmpty()) {
            String shown = String.join("\n", objections.subList(0, Math.min(SHOWN, objections.size())));
            String more = objections.size() > SHOWN ? "\nand %d more".formatted(objections.size() - SHOWN) : "";
            throw new PolicyRpcException(
                    Fault.PolicyAdminSyntaxException, "Policy change validation failed: " + shown + more);
        }
    }

    private static void checkName(String name) throws PolicyRpcException {
        if (!NAME.matcher(name).matches()) {
            throw new PolicyRpcException(
                    Fault.PolicyAdminInvalidFileNameException,
                    "Invalid policy file name: %s\na name is 1 to 200 of a-z 0-9 _ -, without the suffix"
                            .formatted(name));
        }
    }

    private static void refusePayload(byte[] payload) throws PolicyRpcException {
        if (payload.length > 0) {
            throw protocol("Unexpected payload");
        }
    }

    private PolicyRpcException notFound(PolicySection section, String name) {
        return new PolicyRpcException(
                Fault.PolicyAdminFileNotFoundException, "Not found: " + store.path(section, name));
    }

    private static PolicyRpcException protocol(String message) {
        return new PolicyRpcException(Fault.PolicyAdminProtocolException, message);
    }

    private static byte[] lines(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static int indexOfNewline(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
