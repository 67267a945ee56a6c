package org.qair.registry;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.policy.ServiceName;

/** What names and values may be. */
final class Rules {
    static final String RELAY_TAG = "relayvm-";
    private static final String CREATOR_TAG = "created-by-";
    private static final String UUID = "uuid:";
    private static final int MAX_FEATURE_VALUE = 32 * 1024;
    private static final Set<String> RESERVED = Set.of("none", "default", "Domain-0", "dom0", "lost-found");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
    private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9_./:-]{1,255}");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_+,.-]{0,31}");
    private static final Pattern PEER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    private static final Pattern PROOF = Pattern.compile("required|preferred|off");
    private static final Pattern PROTECT = Pattern.compile("required|off");
    private static final Pattern AGENT = Pattern.compile("none|vchan");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,31}");
    private static final Pattern COLOR = Pattern.compile("0x[0-9a-f]{6}");

    private final Map<QubeName, QubeRecord> qubes;
    private final Map<String, Label> labels;

    Rules(Map<QubeName, QubeRecord> qubes, Map<String, Label> labels) {
        this.qubes = qubes;
        this.labels = labels;
    }

    /** Checks a value for a property of a qube. Returns it as it is to be kept; an empty one clears. */
    String check(QubeRecord qube, PropertyDefinition definition, String value) throws RegistryException {
        return switch (definition.type()) {
            case BOOL -> bool(definition, value);
            case LABEL -> label(labels, value).name();
            case VM -> value.isEmpty() ? "" : reference(qube, definition, value);
            case STR, INT -> value.isEmpty() ? "" : text(qube, definition, value);
        };
    }

    static void requireSettable(PropertyDefinition definition) throws RegistryException {
        if (definition.readOnly()) {
            throw new RegistryException(
                    RegistryError.QubesPropertyValueError, "property `%s` is read-only".formatted(definition.name()));
        }
    }

    static void requireUsable(QubeName name) throws RegistryException {
        if (RESERVED.contains(name.value()) || name.value().endsWith("-dm")) {
            throw new RegistryException(
                    RegistryError.QubesValueError, "`%s` is reserved and can't be a qube's name".formatted(name));
        }
    }

    static void requireOwnTag(String tag) throws RegistryException {
        if (!TAG.matcher(tag).matches()) {
            throw new RegistryException(
                    RegistryError.QubesValueError,
                    "tag `%s` is not 1 to 128 of A-Z a-z 0-9 _ . -".formatted(Printable.of(tag)));
        }
        if (tag.startsWith(RELAY_TAG) || tag.startsWith(CREATOR_TAG)) {
            throw new RegistryException(
                    RegistryError.QubesValueError,
                    "tag `%s` is kept by the registry and can't be changed by hand".formatted(tag));
        }
    }

    static void requireFeature(String feature, String value) throws RegistryException {
        if (!FEATURE.matcher(feature).matches()) {
            throw new RegistryException(
                    RegistryError.QubesValueError,
                    "feature `%s` is not 1 to 255 of A-Z a-z 0-9 _ . / : -".formatted(Printable.of(feature)));
        }
        boolean printable = value.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        if (!printable || value.length() > MAX_FEATURE_VALUE) {
            throw new RegistryException(
                    RegistryError.QubesValueError,
                    "the value of feature `%s` is not printable ascii of at most %d bytes: `%s`"
                            .formatted(feature, MAX_FEATURE_VALUE, Printable.of(value)));
        }
    }

    static void requireLabelForm(String name, String color) throws RegistryException {
        if (!LABEL.matcher(name).matches() || !COLOR.matcher(color).matches()) {
            throw new RegistryException(
                    RegistryError.QubesValueError,
                    "label `%s` with color `%s` is not a name and 0x with six hexadecimal digits"
                            .formatted(Printable.of(name), Printable.of(color)));
        }
    }

    static Label label(Map<String, Label> labels, String name) throws RegistryException {
        Label label = labels.get(name);
        if (label == null) {
            throw new RegistryException(
                    RegistryError.QubesLabelNotFoundError, "label does not exist: `%s`".formatted(Printable.of(name)));
        }
        return label;
    }

    static QubeName qubeName(String property, String value) throws RegistryException {
        try {
            return new QubeName(value);
        } catch (InvalidNameException invalid) {
            throw invalid(property, value, String.valueOf(invalid.getMessage()));
        }
    }

    private static String bool(PropertyDefinition definition, String value) throws RegistryException {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "true", "on" -> "True";
            case "0", "no", "false", "off" -> "False";
            default -> throw invalid(definition.name(), value, "it takes True or False");
        };
    }

    private String text(QubeRecord qube, PropertyDefinition definition, String value) throws RegistryException {
        String property = definition.name();
        switch (property) {
            case "transport_rpc" -> transportRpc(property, value);
            case "remote_name" -> qubeName(property, value);
            case "peer" -> require(PEER, property, value, "a peer's name is 1 to 63 of A-Z a-z 0-9 _ . -");
            case "default_user" -> require(USER, property, value, "a user's name is 1 to 32 of A-Z a-z 0-9 _ - + , .");
            case "unix_user" -> unixUser(qube, property, value);
            case "host_key" -> HostKeyLines.check(property, value);
            case "proof" -> require(PROOF, property, value, "it is required, preferred or off");
            case "protect" -> require(PROTECT, property, value, "it is required or off");
            case "agent" -> require(AGENT, property, value, "it is none or vchan");
            default -> throw new IllegalStateException("no rule for property " + property);
        }
        return value;
    }

    private static void transportRpc(String property, String value) throws RegistryException {
        try {
            if (ServiceName.parse(value).argument().isPresent()) {
                throw invalid(property, value, "it is a service's name without argument");
            }
        } catch (InvalidNameException invalid) {
            throw invalid(property, value, String.valueOf(invalid.getMessage()));
        }
    }

    private void unixUser(QubeRecord qube, String property, String value) throws RegistryException {
        require(USER, property, value, "a user's name is 1 to 32 of A-Z a-z 0-9 _ - + , .");
        Optional<QubeRecord> other = qubes.values().stream()
                .filter(one -> one.unixUser().filter(value::equals).isPresent())
                .filter(one -> !one.uuid().equals(qube.uuid()))
                .findFirst();
        if (other.isPresent()) {
            throw invalid(
                    property,
                    value,
                    "that user is already qube `%s`".formatted(other.get().name()));
        }
    }

    private String reference(QubeRecord qube, PropertyDefinition definition, String value) throws RegistryException {
        QubeRecord target = value.startsWith(UUID) ? identified(value) : qubes.get(qubeName(definition.name(), value));
        if (target == null) {
            throw new RegistryException(
                    RegistryError.QubesVMNotFoundError, "no such qube: `%s`".formatted(Printable.of(value)));
        }
        Optional<String> wrong = unfit(definition.name(), qube, target);
        if (wrong.isPresent()) {
            throw invalid(definition.name(), value, wrong.get());
        }
        return target.name().value();
    }

    private @Nullable QubeRecord identified(String value) {
        return qubes.values().stream()
                .filter(qube -> qube.uuid().toString().equals(value.substring(UUID.length())))
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> unfit(String property, QubeRecord qube, QubeRecord target) {
        if (property.equals(PropertyTable.NETVM)) {
            return Optional.of("this host connects qubes to no network, so it takes none");
        }
        QubeType klass = target.klass();
        boolean fits = switch (property) {
            case "unknown_source" -> klass == QubeType.RemoteVM;
            case "relayvm" -> klass != QubeType.RemoteVM && klass != QubeType.AdminVM;
            case "template" ->
                qube.klass() == QubeType.DispVM ? target.flag("template_for_dispvms") : klass == QubeType.TemplateVM;
            case "default_dispvm" -> klass == QubeType.AppVM || klass == QubeType.StandaloneVM;
            default -> klass != QubeType.RemoteVM;
        };
        if (!fits && property.equals("template") && qube.klass() == QubeType.DispVM) {
            return Optional.of("a DispVM needs a qube whose template_for_dispvms is True");
        }
        return fits ? Optional.empty() : Optional.of("a qube of class %s can't be that".formatted(klass));
    }

    private static void require(Pattern pattern, String property, String value, String form) throws RegistryException {
        if (!pattern.matcher(value).matches()) {
            throw invalid(property, value, form);
        }
    }

    private static RegistryException invalid(String property, String value, String reason) {
        return new RegistryException(
                RegistryError.QubesPropertyValueError,
                "invalid value `%s` for property `%s`: %s".formatted(Printable.of(value), property, reason));
    }
}
