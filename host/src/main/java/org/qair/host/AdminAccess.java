package org.qair.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.qair.host.files.Directories;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.registry.Registry;
import org.qair.registry.RegistryLockedException;
import org.qair.registry.admin.Admin;
import org.qair.registry.admin.AdminAnswer;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminCall;
import org.qair.registry.admin.AdminClient;
import org.qair.registry.admin.Permission;
import org.qair.relay.reverse.FarSocket;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Admin API of a host for a command on the same machine: through its socket when it runs, else on its registry itself. The
 * rules are the same, because the implementation is.
 */
public final class AdminAccess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE = Duration.ofMillis(20).toNanos();

    /** Reads policy and settings anew; answers what is wrong with the latter. */
    static final String RELOAD = "qair.Reload";

    /** A round trip to a RemoteVM's far end, in nanoseconds. */
    static final String PING = "qair.remote.Ping";

    /** What is known of the way to each RemoteVM. */
    static final String REACHABILITY = "qair.remote.Reachability";

    /** Whether a RemoteVM's machine listens for calls back. */
    static final String CALLS_BACK = "qair.remote.CallsBack";

    private final Admin admin;
    private final Admin internal;
    private final Runnable closing;

    private AdminAccess(Admin admin, Admin internal, Runnable closing) {
        this.admin = admin;
        this.internal = internal;
        this.closing = closing;
    }

    /**
     * Opens whichever there is. Two commands at once wait for each other.
     *
     * @throws IOException when the registry can't be read, or is held by something that does not answer
     */
    public static AdminAccess open(HostLayout layout) throws IOException {
        AdminClient host = new AdminClient(layout.adminSocket());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Directories.makePrivate(layout.state());
                Registry registry = Registry.open(layout.registry());
                registry.alsoReferredBy(PolicyReferrers.ofStopped(layout));
                return new AdminAccess(
                        AdminApi.ofOwner(registry, Permission.NONE), AdminApi.internal(registry), registry::close);
            } catch (RegistryLockedException inUse) {
                if (answers(host)) {
                    return new AdminAccess(host, AdminClient.internal(layout.internalSocket()), () -> {});
                }
                if (System.nanoTime() > deadline) {
                    throw inUse;
                }
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private static boolean answers(AdminClient host) throws IOException {
        try {
            host.handle(AdminCall.of("admin.vmclass.List", "", QubeName.DOM0, ""));
            return true;
        } catch (SocketException notListening) {
            return false;
        }
    }

    /**
     * Makes one call.
     *
     * @return what it answered
     * @throws AdminRefusedException when it was refused, with the field's name of the error
     */
    public String call(String method, String argument, QubeName destination, String payload)
            throws IOException, AdminRefusedException {
        return call(admin, AdminCall.of(method, argument, destination, payload));
    }

    /** The values of all properties that a qube has, by name; an unset one is empty. */
    public Map<String, String> properties(QubeName qube) throws IOException, AdminRefusedException {
        Map<String, String> properties = new LinkedHashMap<>();
        for (String line :
                call("admin.vm.property.GetAll", "", qube, "").lines().toList()) {
            String[] words = line.split(" ", 4); // name default=D type=T VALUE
            properties.put(words[0], words.length < 4 ? "" : words[3]);
        }
        return properties;
    }

    /** The value of a property as it holds; empty when it is unset. */
    public String property(QubeName qube, String name) throws IOException, AdminRefusedException {
        String[] words = call("admin.vm.property.Get", name, qube, "").split(" ", 3); // default=… type=… VALUE
        return words.length == 3 ? words[2] : "";
    }

    /** What answers the calls. */
    public Admin admin() {
        return admin;
    }

    /** Whether it is a host that runs, rather than the registry of one that does not. */
    public boolean isLive() {
        return admin instanceof AdminClient;
    }

    /**
     * Lets a host that runs read its policy and settings again. They are in force when this returns.
     *
     * @return what is wrong with the settings, a line each
     */
    public List<String> reload() throws IOException, AdminRefusedException {
        return isLive() ? call(RELOAD, "", QubeName.DOM0, "").lines().toList() : List.of();
    }

    /**
     * The time of a round trip to the far end of a RemoteVM, by the host that runs.
     *
     * @throws AdminRefusedException saying why there was none
     */
    public Duration ping(QubeName remoteVm) throws IOException, AdminRefusedException {
        if (!isLive()) {
            throw new IOException("the host does not run: start it with `qair host`");
        }
        return Duration.ofNanos(Long.parseLong(call(PING, remoteVm.value(), QubeName.DOM0, "")));
    }

    /** What the host that runs knows of the way to each RemoteVM, by name; nothing when it does not run. */
    public Map<String, RemoteState> reachability() throws IOException, AdminRefusedException {
        Map<String, RemoteState> states = new LinkedHashMap<>();
        if (isLive()) {
            for (String line : call(REACHABILITY, "", QubeName.DOM0, "").lines().toList()) {
                JsonNode fields = JsonMapper.shared().readTree(line);
                states.put(fields.path("name").asString(), state(fields));
            }
        }
        return states;
    }

    /**
     * Whether a RemoteVM's machine listens for calls back to the host that runs; empty where that takes none. One that refused before is
     * asked again.
     *
     * @throws AdminRefusedException when it cannot be known
     */
    public Optional<FarSocket> callsBack(QubeName remoteVm) throws IOException, AdminRefusedException {
        JsonNode said = JsonMapper.shared().readTree(call(CALLS_BACK, remoteVm.value(), QubeName.DOM0, ""));
        return switch (said.path("state").asString()) {
            case "listens" ->
                Optional.of(new FarSocket.Listens(said.path("path").asString()));
            case "refused" ->
                Optional.of(new FarSocket.Refused(
                        FarSocket.Fault.valueOf(said.path("fault").asString()),
                        said.path("reason").asString()));
            case "host" -> Optional.of(new FarSocket.NotNeeded());
            case "waiting" -> Optional.of(new FarSocket.Waiting());
            default -> Optional.empty();
        };
    }

    private static RemoteState state(JsonNode fields) {
        return new RemoteState(
                fields.path("state").asString(),
                fields.path("connections").asInt(0),
                fields.path("silence_ms").asLongOpt().stream()
                        .mapToObj(Duration::ofMillis)
                        .findFirst(),
                fields.path("reason").asStringOpt());
    }

    /** {@link #reload} for those to whom a refusal is as bad as a failure, and faults are no news. */
    public void reloadIfLive() throws IOException {
        try {
            var ignored = reload();
        } catch (AdminRefusedException refused) {
            throw new IOException("the host does not read its settings again: " + refused.getMessage(), refused);
        }
    }

    /**
     * Makes several changes of one qube together, or none.
     *
     * @param changes {@code create CLASS LABEL}, {@code set PROPERTY VALUE}, {@code reset PROPERTY}, {@code tag TAG}, {@code untag TAG}
     * @throws AdminRefusedException naming the first that is refused
     */
    public void change(QubeName qube, List<String> changes) throws IOException, AdminRefusedException {
        for (String change : changes) {
            if (change.contains("\n")) {
                throw new AdminRefusedException(
                        "QubesValueError", "a value has a line break: `%s`".formatted(Printable.of(change)));
            }
        }
        var ignored = call("qair.Change", qube.value(), QubeName.DOM0, String.join("\n", changes));
    }

    /** What policy knows of the qubes at this moment, as the JSON of {@code internal.GetSystemInfo}. */
    public String systemInfo() throws IOException, AdminRefusedException {
        return call(internal, AdminCall.of("internal.GetSystemInfo", "", QubeName.DOM0, ""));
    }

    /** Those qubes, or all, as the text that {@link #importQubes} reads. */
    public String exportQubes(List<QubeName> names) throws IOException, AdminRefusedException {
        String payload = names.stream().map(QubeName::value).collect(Collectors.joining("\n"));
        return call(internal, AdminCall.of("internal.qair.Export", "", QubeName.DOM0, payload));
    }

    /**
     * Brings the qubes to what a file says: all of it or nothing.
     *
     * @param mode {@code preview}, {@code apply}, or {@code new} to refuse qubes that are there
     * @param name what messages call the file
     * @return what became different, a line each, then what was left out, after `# `
     */
    public List<String> importQubes(String mode, String name, byte[] content)
            throws IOException, AdminRefusedException {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        payload.writeBytes((name.replace('\n', ' ') + "\n").getBytes(StandardCharsets.UTF_8));
        payload.writeBytes(content);
        return call(
                        internal,
                        new AdminCall(
                                QubeName.DOM0,
                                "internal.qair.Import",
                                mode,
                                QubeName.DOM0.value(),
                                payload.toByteArray()))
                .lines()
                .toList();
    }

    private static String call(Admin admin, AdminCall call) throws IOException, AdminRefusedException {
        return switch (admin.handle(call)) {
            case AdminAnswer.Ok ok -> ok.text();
            case AdminAnswer.Failure failure -> throw new AdminRefusedException(failure.type(), failure.message());
            case AdminAnswer.Malformed malformed -> throw new IOException(malformed.reason());
            case AdminAnswer.Events events -> throw new IOException("`%s` gives events".formatted(call.method()));
        };
    }

    @Override
    public void close() {
        closing.run();
    }
}
