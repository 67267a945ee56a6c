package org.qair.registry.qubesdb;

import java.time.ZoneId;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.protocol.QubesDbMessage;
import org.qair.protocol.QubesDbPaths;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryChange;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.RemoteNames;

/**
 * What a qube's QubesDB holds, computed from the registry: what the qube is, and where it is a relay the remote names of the
 * RemoteVMs behind it, as {@code /remote/NAME} and, in the words of the design, {@code /remotes/NAME}. A path has 63 bytes at
 * most, so a name of more than 55 (or 54) has no entry; a value has 3,071 at most, so a longer feature has none.
 */
final class QubeEntries {
    private static final String[] REMOTE = {"/remote/", "/remotes/"};
    private static final String SERVICE_FEATURE = "service.";
    private static final String CONFIG_FEATURE = "vm-config.";

    /** First parts of paths. */
    private static final Set<String> RESERVED = Set.of(
            "name",
            "type",
            "default-user",
            "remote",
            "remotes",
            "vm-config",
            "qubes-vm-type",
            "qubes-vm-updateable",
            "qubes-vm-persistence",
            "qubes-debug-mode",
            "qubes-base-template",
            "qubes-timezone",
            "qubes-service");

    private final UUID uuid;

    QubeEntries(UUID uuid) {
        this.uuid = uuid;
    }

    /** Whether a path is the registry's, there or not. */
    static boolean isReserved(String path) {
        return RESERVED.contains(path.substring(1).replaceFirst("/.*", ""));
    }

    Optional<String> read(RegistrySnapshot snapshot, String path) {
        Optional<QubeRecord> qube = snapshot.find(uuid);
        if (qube.isEmpty()) {
            return Optional.empty();
        }
        for (String prefix : REMOTE) {
            if (path.startsWith(prefix)) {
                return remoteName(snapshot, qube.get().name(), path.substring(prefix.length()));
            }
        }
        return Optional.ofNullable(own(snapshot).get(path));
    }

    private static Optional<String> remoteName(RegistrySnapshot snapshot, QubeName relay, String name) {
        try {
            return RemoteNames.find(snapshot, relay, new QubeName(name));
        } catch (InvalidNameException noName) {
            return Optional.empty();
        }
    }

    /** Every entry whose path begins with {@code prefix}, in byte order. */
    SortedMap<String, String> list(RegistrySnapshot snapshot, String prefix) {
        SortedMap<String, String> entries = new TreeMap<>();
        Optional<QubeRecord> qube = snapshot.find(uuid);
        if (qube.isPresent()) {
            own(snapshot).forEach((path, value) -> putIfWanted(entries, prefix, path, value));
            RemoteNames.of(snapshot, qube.get().name()).forEach((name, remoteName) -> {
                for (String directory : REMOTE) {
                    putIfWanted(entries, prefix, directory + name, remoteName);
                }
            });
        }
        return entries;
    }

    private static void putIfWanted(SortedMap<String, String> entries, String prefix, String path, String value) {
        if (path.startsWith(prefix) && QubesDbPaths.isEntry(path)) {
            entries.put(path, value);
        }
    }

    /** The paths whose entries a change made, changed or removed; costs as much as the change was large, and what the qube has of its own. */
    Set<String> changed(RegistryChange change) {
        Set<String> paths = new TreeSet<>();
        Optional<QubeName> relay =
                change.after().find(uuid).or(() -> change.before().find(uuid)).map(QubeRecord::name);
        if (relay.isEmpty()) {
            return paths;
        }
        for (UUID touched : change.touched()) {
            Optional<QubeRecord> before = change.before().find(touched);
            Optional<QubeRecord> after = change.after().find(touched);
            addDifferences(paths, behind(before, relay.get()), behind(after, relay.get()));
        }
        addDifferences(paths, own(change.before()), own(change.after()));
        paths.removeIf(path -> !QubesDbPaths.isEntry(path));
        return paths;
    }

    private static Map<String, String> behind(Optional<QubeRecord> qube, QubeName relay) {
        return qube.filter(remote -> remote.relayvm().filter(relay::equals).isPresent())
                .map(remote -> Map.of(
                        REMOTE[0] + remote.name(), remote.remoteName(), REMOTE[1] + remote.name(), remote.remoteName()))
                .orElse(Map.of());
    }

    private static void addDifferences(Set<String> paths, Map<String, String> before, Map<String, String> after) {
        before.forEach((path, value) -> {
            if (!Objects.equals(value, after.get(path))) {
                paths.add(path);
            }
        });
        after.keySet().stream().filter(path -> !before.containsKey(path)).forEach(paths::add);
    }

    private Map<String, String> own(RegistrySnapshot snapshot) {
        return snapshot.find(uuid).map(qube -> own(snapshot, qube)).orElse(Map.of());
    }

    private static Map<String, String> own(RegistrySnapshot snapshot, QubeRecord qube) {
        Map<String, String> entries = new TreeMap<>();
        String kept = qube.keepsItsRoot() ? "full" : "rw-only";
        entries.put("/name", qube.name().value());
        entries.put("/type", qube.klass().name());
        entries.put("/qubes-vm-type", qube.klass() == QubeType.TemplateVM ? "TemplateVM" : "AppVM");
        entries.put("/qubes-vm-updateable", qube.keepsItsRoot() ? "True" : "False");
        entries.put("/qubes-vm-persistence", qube.klass() == QubeType.DispVM ? "none" : kept);
        entries.put("/qubes-debug-mode", value(snapshot, qube, "debug").equals("True") ? "1" : "0");
        entries.put("/qubes-base-template", qube.template().map(QubeName::value).orElse(""));
        if (!qube.isAdminVm()) {
            entries.put("/default-user", value(snapshot, qube, "default_user"));
        }
        if (snapshot.featureWithTemplate(qube, "anon-timezone")
                .filter(set -> !set.isEmpty())
                .isEmpty()) {
            entries.put("/qubes-timezone", ZoneId.systemDefault().getId());
        }
        qube.features().forEach((feature, value) -> {
            if (feature.startsWith(SERVICE_FEATURE)) {
                String service = feature.substring(SERVICE_FEATURE.length());
                entries.put("/qubes-service/" + service, value.isEmpty() ? "0" : "1");
            }
            if (feature.startsWith(CONFIG_FEATURE) && value.length() <= QubesDbMessage.MAX_DATA) {
                entries.put("/vm-config/" + feature.substring(CONFIG_FEATURE.length()), value);
            }
        });
        return entries;
    }

    /** The value of a property, or nothing where the class has none such. */
    private static String value(RegistrySnapshot snapshot, QubeRecord qube, String property) {
        try {
            return snapshot.property(qube.name(), property).value();
        } catch (RegistryException noSuchProperty) {
            return "";
        }
    }
}
