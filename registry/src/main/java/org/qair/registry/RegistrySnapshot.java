package org.qair.registry;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.SystemInfo;

/** All that the registry held at one moment; immutable, safe to share between threads. */
public final class RegistrySnapshot {
    /** dom0 first, then by name in byte order: the order of the field's listings. */
    static final Comparator<QubeName> ORDER = Comparator.comparing((QubeName name) -> !name.equals(QubeName.DOM0))
            .thenComparing(Comparator.naturalOrder());

    private final NavigableMap<QubeName, QubeRecord> byName;
    private final Map<String, String> global;
    private final Map<String, Label> labels;
    private final int nextQid;
    private final SystemInfo systemInfo;
    private volatile @Nullable Map<String, QubeRecord> byUnixUser;

    private RegistrySnapshot(
            NavigableMap<QubeName, QubeRecord> byName,
            Map<String, String> global,
            Map<String, Label> labels,
            int nextQid,
            Collection<Qube> policyView) {
        this.byName = Collections.unmodifiableNavigableMap(byName);
        this.global = Map.copyOf(global);
        this.labels = Map.copyOf(labels);
        this.nextQid = nextQid;
        this.systemInfo = new SystemInfo(policyView);
    }

    /** All of it made anew. The map is in {@link #ORDER} and from now on the snapshot's. */
    static RegistrySnapshot of(
            NavigableMap<QubeName, QubeRecord> byName,
            Map<String, String> global,
            Map<String, Label> labels,
            int nextQid) {
        return new RegistrySnapshot(byName, global, labels, nextQid, PolicyView.of(new Surroundings(byName, global)));
    }

    /** Qubes that are no registry's, such as those of another system's file: no rule is checked, and each has every default. */
    public static RegistrySnapshot ofUnchecked(Collection<QubeRecord> qubes, Map<String, String> global) {
        NavigableMap<QubeName, QubeRecord> byName = new TreeMap<>(ORDER);
        byName.put(QubeName.DOM0, QubeRecord.adminVm());
        qubes.forEach(qube -> byName.put(qube.name(), qube));
        return of(byName, global, Map.of(), 1);
    }

    /** The state after a change that touched only these qubes: what policy knows of the others is taken over. */
    RegistrySnapshot next(
            NavigableMap<QubeName, QubeRecord> byName,
            Map<String, String> global,
            Map<String, Label> labels,
            int nextQid,
            Set<UUID> touched) {
        Collection<Qube> view = global.equals(this.global)
                ? PolicyView.of(new Surroundings(byName, global), systemInfo, touched)
                : PolicyView.of(new Surroundings(byName, global));
        return new RegistrySnapshot(byName, global, labels, nextQid, view);
    }

    /** The same where the host stands otherwise with the agent of one qube. */
    RegistrySnapshot withAgentState(QubeRecord qube, AgentState state) {
        NavigableMap<QubeName, QubeRecord> qubes = new TreeMap<>(byName);
        qubes.put(qube.name(), qube.withAgentState(state));
        return next(qubes, global, labels, nextQid, Set.of(qube.uuid()));
    }

    /** Every qube, dom0 first, then by name. */
    public Collection<QubeRecord> qubes() {
        return byName.values();
    }

    public Optional<QubeRecord> find(QubeName name) {
        return Optional.ofNullable(byName.get(name));
    }

    public Optional<QubeRecord> find(UUID uuid) {
        return systemInfo.find(uuid).map(Qube::name).map(byName::get);
    }

    /**
     * The qube of that name.
     *
     * @throws RegistryException {@code QubesVMNotFoundError} when there is none
     */
    public QubeRecord get(QubeName name) throws RegistryException {
        QubeRecord qube = byName.get(name);
        if (qube == null) {
            throw new RegistryException(RegistryError.QubesVMNotFoundError, "no such qube: `" + name + "`");
        }
        return qube;
    }

    /** The qube whose processes are those of a Unix user. */
    public Optional<QubeRecord> findByUnixUser(String unixUser) {
        Map<String, QubeRecord> known = byUnixUser;
        if (known == null) {
            known = new HashMap<>();
            for (QubeRecord qube : byName.values()) {
                Optional<String> user = qube.unixUser();
                if (user.isPresent()) {
                    known.put(user.get(), qube);
                }
            }
            byUnixUser = known;
        }
        return Optional.ofNullable(known.get(unixUser));
    }

    /** What policy knows of these qubes. */
    public SystemInfo systemInfo() {
        return systemInfo;
    }

    /** The labels, by number. */
    public List<Label> labels() {
        return labels.values().stream()
                .sorted(Comparator.comparingInt(Label::index))
                .toList();
    }

    public Optional<Label> label(String name) {
        return Optional.ofNullable(labels.get(name));
    }

    /**
     * What a property of a qube is.
     *
     * @throws RegistryException {@code QubesVMNotFoundError} or {@code QubesNoSuchPropertyError}
     */
    public PropertyValue property(QubeName qube, String property) throws RegistryException {
        return properties(qube).value(property);
    }

    /**
     * The properties of a qube.
     *
     * @throws RegistryException {@code QubesVMNotFoundError}
     */
    public PropertyHolder properties(QubeName qube) throws RegistryException {
        return PropertyHolder.of(get(qube), surroundings());
    }

    /** The properties of the host itself. */
    public PropertyHolder hostProperties() {
        return PropertyHolder.ofHost(find(QubeName.DOM0).orElseThrow(), surroundings());
    }

    /** A feature of a qube, or where it has none such of its own that of its template, and so on. */
    public Optional<String> featureWithTemplate(QubeRecord qube, String feature) {
        return Optional.ofNullable(qube.features().get(feature))
                .or(() -> qube.template()
                        .flatMap(this::find)
                        .flatMap(template -> featureWithTemplate(template, feature)));
    }

    private Surroundings surroundings() {
        return new Surroundings(byName, global);
    }

    NavigableMap<QubeName, QubeRecord> byName() {
        return byName;
    }

    Map<String, String> global() {
        return global;
    }

    Map<String, Label> labelsByName() {
        return labels;
    }

    int nextQid() {
        return nextQid;
    }
}
