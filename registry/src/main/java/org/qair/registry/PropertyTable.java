package org.qair.registry;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.qair.policy.QubeType;
import org.qair.registry.PropertyDefinition.Fallback;

/** The properties that qubes of each class have, as in the field, and Qair's three own: {@code agent}, {@code unix_user}, {@code peer}. */
final class PropertyTable {
    /** Always unset: it is there for the tools and scripts that ask for it, or set it to none. */
    static final String NETVM = "netvm";

    private static final int PLAIN = 2;
    private static final int REFERRING = 4;
    private static final Set<QubeType> ALL = EnumSet.allOf(QubeType.class);
    private static final Set<QubeType> REMOTE = EnumSet.of(QubeType.RemoteVM);
    private static final Set<QubeType> LOCAL = EnumSet.complementOf(EnumSet.of(QubeType.RemoteVM, QubeType.AdminVM));
    private static final Set<QubeType> NOT_REMOTE = EnumSet.complementOf(EnumSet.of(QubeType.RemoteVM));

    private static final List<PropertyDefinition> DEFINITIONS = List.of(
            fixed(
                    "name",
                    PropertyType.STR,
                    ALL,
                    "Name of the qube.",
                    (qube, host) -> Optional.of(qube.name().value())),
            fixed(
                    "uuid",
                    PropertyType.STR,
                    ALL,
                    "The UUID of the qube, which never changes.",
                    (qube, host) -> Optional.of(qube.uuid().toString())),
            fixed(
                    "qid",
                    PropertyType.INT,
                    ALL,
                    "The number of the qube on this host, its domain number on a vchan.",
                    (qube, host) -> Optional.of(Integer.toString(qube.qid()))),
            fixed(
                    "klass",
                    PropertyType.STR,
                    ALL,
                    "The class of the qube.",
                    (qube, host) -> Optional.of(qube.klass().name())),
            fixed(
                    "icon",
                    PropertyType.STR,
                    ALL,
                    "The freedesktop icon name of the qube.",
                    (qube, host) -> Optional.of(qube.icon())),
            settable("label", PropertyType.LABEL, ALL, "The colour that the qube carries.", none()),
            settable("include_in_backups", PropertyType.BOOL, ALL, "Whether a backup holds the qube.", value("True")),
            fixed(
                    "updateable",
                    PropertyType.BOOL,
                    NOT_REMOTE,
                    "Whether the qube is updated by itself, rather than with its template.",
                    (qube, host) -> Optional.of(qube.keepsItsRoot() ? "True" : "False")),
            fixed(
                    "xid",
                    PropertyType.INT,
                    NOT_REMOTE,
                    "The domain number of the qube while it runs, -1 while it does not.",
                    (qube, host) -> Optional.of(qube.xid())),
            fixed(
                    "provides_network",
                    PropertyType.BOOL,
                    LOCAL,
                    "Whether other qubes reach a network through this one: none does here.",
                    (qube, host) -> Optional.of("False")),
            settable(
                    "debug",
                    PropertyType.BOOL,
                    LOCAL,
                    "Whether the qube is to help in finding faults.",
                    value("False")),
            settable(
                    "installed_by_rpm",
                    PropertyType.BOOL,
                    LOCAL,
                    "Whether a package brought the qube.",
                    value("False")),
            settable("autostart", PropertyType.BOOL, LOCAL, "Whether the qube starts with the host.", value("False")),
            settable(
                    "default_user",
                    PropertyType.STR,
                    LOCAL,
                    "The user that its services run as.",
                    (qube, host) ->
                            Optional.of(host.ofTemplate(qube, "default_user").orElse("user"))),
            settable(
                    "template_for_dispvms",
                    PropertyType.BOOL,
                    EnumSet.of(QubeType.AppVM, QubeType.StandaloneVM),
                    "Whether disposables can be made of the qube.",
                    value("False")),
            settable(
                    "agent",
                    PropertyType.STR,
                    LOCAL,
                    "How the agent of the qube is reached: vchan, or none for a qube whose services this host runs.",
                    value(QubeRecord.NO_AGENT)),
            settable(
                    "unix_user",
                    PropertyType.STR,
                    LOCAL,
                    "The Unix user of this machine whose processes are this qube; each user is one qube at most.",
                    none()),
            settable(
                    "transport_rpc",
                    PropertyType.STR,
                    REMOTE,
                    "The service on the relay that carries calls to the qube.",
                    none()),
            settable("remote_name", PropertyType.STR, REMOTE, "The name of the qube on its own host.", none()),
            settable(
                    "peer",
                    PropertyType.STR,
                    REMOTE,
                    "The peer in qair.toml that the qube is reached through; that of its remote name when unset.",
                    none()),
            settable(
                    "host_key",
                    PropertyType.STR,
                    REMOTE,
                    "The public keys that the qube's own host signs with, with commas between them.",
                    none()),
            settable(
                    "proof",
                    PropertyType.STR,
                    REMOTE,
                    "Whether calls from the qube need its host's signature: required, preferred or off.",
                    value("preferred")),
            settable(
                    "protect",
                    PropertyType.STR,
                    REMOTE,
                    "Whether relays may see the bytes of calls to and from the qube: required keeps them out, off does not.",
                    value("off")),
            refers(
                    "unknown_source",
                    LOCAL,
                    "The RemoteVM as which calls are judged that come through this relay from a qube that nobody knows here.",
                    none()),
            refers("relayvm", REMOTE, "The local qube that calls to and from the qube go through.", none()),
            refers(
                    NETVM,
                    LOCAL,
                    "The qube that gives this one a network: none, as this host connects qubes to no network.",
                    none()),
            refers(
                    "template",
                    EnumSet.of(QubeType.AppVM, QubeType.DispVM),
                    "The qube that this one takes what it lacks from.",
                    none()),
            refers(
                    "default_dispvm",
                    NOT_REMOTE,
                    "The qube that @dispvm means for this one.",
                    (qube, host) ->
                            qube.klass() == QubeType.DispVM ? qube.set("template") : host.set("default_dispvm")),
            refers(
                    "guivm",
                    LOCAL,
                    "The qube that shows windows and prompts of this one.",
                    (qube, host) -> Optional.of(host.set("default_guivm").orElse("dom0"))),
            refers(
                    "audiovm",
                    LOCAL,
                    "The qube that plays the sound of this one.",
                    (qube, host) -> Optional.of(host.set("default_audiovm").orElse("dom0"))));

    /** The host's own properties, `admin.property.*`. */
    static final List<PropertyDefinition> GLOBAL = Stream.of(
                    refers("default_dispvm", ALL, "The qube that @dispvm means where a qube does not say.", none()),
                    refers("default_guivm", ALL, "The GUI qube of qubes that do not say.", value("dom0")),
                    refers("default_audiovm", ALL, "The audio qube of qubes that do not say.", value("dom0")))
            .sorted(PropertyDefinition.ORDER)
            .toList();

    private static final Map<QubeType, List<PropertyDefinition>> BY_CLASS = new EnumMap<>(QubeType.class);

    static {
        for (QubeType klass : QubeType.values()) {
            BY_CLASS.put(
                    klass,
                    DEFINITIONS.stream()
                            .filter(definition -> definition.classes().contains(klass))
                            .sorted(PropertyDefinition.ORDER)
                            .toList());
        }
    }

    private PropertyTable() {}

    /** What qubes of a class have, in the order of the field's listings. */
    static List<PropertyDefinition> of(QubeType klass) {
        return BY_CLASS.getOrDefault(klass, List.of());
    }

    static Optional<PropertyDefinition> find(List<PropertyDefinition> definitions, String name) {
        return definitions.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private static PropertyDefinition fixed(
            String name, PropertyType type, Set<QubeType> classes, String help, Fallback value) {
        return new PropertyDefinition(name, type, PLAIN, true, classes, help, value);
    }

    private static PropertyDefinition settable(
            String name, PropertyType type, Set<QubeType> classes, String help, Fallback fallback) {
        return new PropertyDefinition(name, type, PLAIN, false, classes, help, fallback);
    }

    private static PropertyDefinition refers(String name, Set<QubeType> classes, String help, Fallback fallback) {
        return new PropertyDefinition(name, PropertyType.VM, REFERRING, false, classes, help, fallback);
    }

    private static Fallback none() {
        return (qube, host) -> Optional.empty();
    }

    private static Fallback value(String value) {
        return (qube, host) -> Optional.of(value);
    }
}
