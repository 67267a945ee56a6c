package org.qair.registry.admin;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.Registry;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminMethod.Question;

/**
 * The Admin API over a registry: {@code qubesd} without its socket. Whether a source may call a method at all is policy's
 * business and decided before; dom0 may call everything.
 */
public final class AdminApi implements Admin {
    private static final String UUID_PREFIX = "uuid:";
    private static final int UUID_LENGTH = 36;

    private final Registry registry;
    private final Permission permission;
    private final Map<String, AdminMethod> methods;

    private AdminApi(Registry registry, Permission permission, Map<String, AdminMethod> methods) {
        this.registry = registry;
        this.permission = permission;
        this.methods = methods;
    }

    /** The calls of {@code qubesd.sock}, {@code admin.*}, for dom0 alone: no other source is shown a qube or an event. */
    public static AdminApi of(Registry registry) {
        return of(registry, Permission.NONE);
    }

    /** The calls of {@code qubesd.sock}; sources other than dom0 are shown what policy permits. */
    public static AdminApi of(Registry registry, Permission permission) {
        return new AdminApi(registry, permission, admin());
    }

    /** The calls of {@code qubesd.sock} and {@code qair.Change}, for the owner of the host. */
    public static AdminApi ofOwner(Registry registry, Permission permission) {
        Map<String, AdminMethod> methods = admin();
        ChangeMethod.addTo(methods);
        return new AdminApi(registry, permission, methods);
    }

    /** The names of the methods of {@code qubesd.sock}. */
    public static Set<String> methods() {
        return Set.copyOf(admin().keySet());
    }

    private static Map<String, AdminMethod> admin() {
        Map<String, AdminMethod> methods = new HashMap<>();
        QubeMethods.addTo(methods);
        CreateMethods.addTo(methods);
        PropertyMethods.addTo(methods);
        TagMethods.addTo(methods);
        FeatureMethods.addTo(methods);
        LabelMethods.addTo(methods);
        PowerMethods.addTo(methods);
        MachineMethods.addTo(methods);
        return methods;
    }

    /** The calls of {@code qubesd.internal.sock}: {@code internal.GetSystemInfo}, and ours, {@code internal.qair.*}. */
    public static AdminApi internal(Registry registry) {
        Map<String, AdminMethod> methods = new HashMap<>();
        SystemInfoMethod.addTo(methods);
        ExchangeMethods.addTo(methods);
        return new AdminApi(registry, Permission.NONE, methods);
    }

    @Override
    public AdminAnswer handle(AdminCall call) {
        try {
            RegistrySnapshot snapshot = registry.snapshot();
            QubeRecord source = snapshot.get(call.source());
            QubeRecord destination = find(snapshot, call.destination());
            AdminMethod method = methods.get(call.method());
            if (method == null) {
                return new AdminAnswer.Malformed("no such method: `" + Printable.of(call.method()) + "`");
            }
            Optional<String> complaint = method.complaint(call, destination);
            if (complaint.isPresent()) {
                return new AdminAnswer.Malformed("%s: %s".formatted(call.method(), complaint.get()));
            }
            return method.handler()
                    .handle(new Question(registry, new View(source.name(), permission), source, destination, call));
        } catch (RegistryException refused) {
            return new AdminAnswer.Failure(refused.error().name(), String.valueOf(refused.getMessage()));
        } catch (MalformedCallException malformed) {
            return new AdminAnswer.Malformed("%s: %s".formatted(call.method(), malformed.getMessage()));
        }
    }

    private static QubeRecord find(RegistrySnapshot snapshot, String destination) throws RegistryException {
        if (destination.startsWith(UUID_PREFIX)) {
            return snapshot.find(uuid(destination.substring(UUID_PREFIX.length())))
                    .orElseThrow(() -> new RegistryException(
                            RegistryError.QubesVMNotFoundError, "no such qube: `" + destination + "`"));
        }
        try {
            return snapshot.get(new QubeName(destination));
        } catch (InvalidNameException invalid) {
            throw new RegistryException(RegistryError.QubesValueError, String.valueOf(invalid.getMessage()));
        }
    }

    private static UUID uuid(String text) throws RegistryException {
        try {
            UUID uuid = UUID.fromString(text);
            if (text.length() == UUID_LENGTH && uuid.toString().equals(text)) {
                return uuid;
            }
        } catch (IllegalArgumentException malformed) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private static RegistryException invalid(String uuid) {
        return new RegistryException(
                RegistryError.QubesVMInvalidUUIDError, "`%s` is no uuid".formatted(Printable.of(uuid)));
    }
}
