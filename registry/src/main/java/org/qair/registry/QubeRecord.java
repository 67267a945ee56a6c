package org.qair.registry;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/**
 * One qube as the registry keeps it; immutable.
 *
 * @param qid its number on this host, 0 for dom0, up to 65,535; not given to another qube until all others have been
 * @param properties what was set, by property name; what is not here has its default. An empty value was cleared on purpose
 * @param agentState how the host stands with its agent, if it has one: see {@link #agent}
 */
public record QubeRecord(
        QubeName name,
        UUID uuid,
        int qid,
        QubeType klass,
        SortedMap<String, String> properties,
        SortedSet<String> tags,
        SortedMap<String, String> features,
        AgentState agentState) {
    /** The value of the property {@code agent} for a qube without one. */
    static final String NO_AGENT = "none";

    /** The UUID of dom0. */
    public static final UUID ADMIN_VM_UUID = new UUID(0, 0);

    public QubeRecord {
        properties = Collections.unmodifiableSortedMap(new TreeMap<>(properties));
        tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
        features = Collections.unmodifiableSortedMap(new TreeMap<>(features));
    }

    /** One whose agent, if it has one, was not reached yet. */
    QubeRecord(
            QubeName name,
            UUID uuid,
            int qid,
            QubeType klass,
            SortedMap<String, String> properties,
            SortedSet<String> tags,
            SortedMap<String, String> features) {
        this(name, uuid, qid, klass, properties, tags, features, AgentState.WAITING);
    }

    static QubeRecord adminVm() {
        return new QubeRecord(
                QubeName.DOM0,
                ADMIN_VM_UUID,
                0,
                QubeType.AdminVM,
                new TreeMap<>(Map.of("label", "black")),
                new TreeSet<>(),
                new TreeMap<>());
    }

    /** Whether it is the host itself. */
    public boolean isAdminVm() {
        return klass == QubeType.AdminVM;
    }

    /** Whether it lives on another host. */
    public boolean isRemote() {
        return klass == QubeType.RemoteVM;
    }

    /** For a RemoteVM: the local qube its calls go through. */
    public Optional<QubeName> relayvm() {
        return set("relayvm").map(QubeName::new);
    }

    /** For a RemoteVM: the service on its relay that carries calls. */
    public Optional<String> transportRpc() {
        return set("transport_rpc");
    }

    /** For a RemoteVM: its name on its own host, which is its name here when nothing was set. */
    public String remoteName() {
        return set("remote_name").orElse(name.value());
    }

    /** For a RemoteVM: the peer it is reached through, which is named like its remote name when nothing was set. */
    public String peer() {
        return set("peer").orElse(remoteName());
    }

    /** For a RemoteVM: the lines of the keys that its host signs with. */
    public List<String> hostKeys() {
        return set("host_key").map(HostKeyLines::split).orElse(List.of());
    }

    /** For a RemoteVM: {@code required}, {@code preferred} or {@code off}. */
    public String proof() {
        return set("proof").orElse("preferred");
    }

    /** For a RemoteVM: whether relays must not see the bytes of its calls. */
    public boolean isProtected() {
        return set("protect").filter("required"::equals).isPresent();
    }

    /** For a relay: the RemoteVM that stands for qubes which nobody knows here. */
    public Optional<QubeName> unknownSource() {
        return set("unknown_source").map(QubeName::new);
    }

    /** For an AppVM or DispVM: the qube it takes what it lacks from. */
    public Optional<QubeName> template() {
        return set("template").map(QubeName::new);
    }

    /** The Unix user whose processes are this qube; absent when none is. */
    public Optional<String> unixUser() {
        return set("unix_user");
    }

    /** The user that services of its agent run as when a call names none; absent when nobody set one. */
    public Optional<String> defaultUser() {
        return set("default_user");
    }

    /** Whether its services are run by an agent of its own rather than by this host. */
    public boolean isAgentRun() {
        return !agentBackend().equals(NO_AGENT);
    }

    /** The kind of vchan that its agent is reached by; {@code none} when it has no agent. */
    public String agentBackend() {
        return set("agent").orElse(NO_AGENT);
    }

    /** How the host stands with its agent; empty when it has none. */
    public Optional<AgentState> agent() {
        return isAgentRun() ? Optional.of(agentState) : Optional.empty();
    }

    /** The colour it carries. */
    public String label() {
        return set("label").orElse("red");
    }

    /** The freedesktop icon name, made of class and label. */
    public String icon() {
        String kind = klass == QubeType.RemoteVM ? "appvm" : klass.name().toLowerCase(Locale.ROOT);
        boolean isService = klass != QubeType.TemplateVM
                && klass != QubeType.AdminVM
                && !features.getOrDefault("servicevm", "").isEmpty();
        return (isService ? "servicevm" : kind) + "-" + label();
    }

    /** Whether what is installed in it stays: it has no template. */
    public boolean keepsItsRoot() {
        return klass != QubeType.AppVM && klass != QubeType.DispVM && klass != QubeType.RemoteVM;
    }

    /** What the field calls its Xen number: that of its vchan domain while it runs. */
    String xid() {
        return powerState().equals("Running") ? Integer.toString(qid) : "-1";
    }

    /**
     * What the field calls its power state. The services of a host-run qube run when they are called, so it counts as running; an
     * agent-run qube does while its agent is connected.
     */
    public String powerState() {
        return agent().filter(state -> state != AgentState.CONNECTED).isPresent() ? "Halted" : "Running";
    }

    QubeRecord withName(QubeName other) {
        return new QubeRecord(other, uuid, qid, klass, properties, tags, features, agentState);
    }

    QubeRecord withProperties(SortedMap<String, String> other) {
        return new QubeRecord(name, uuid, qid, klass, other, tags, features, agentState);
    }

    QubeRecord withTags(SortedSet<String> other) {
        return new QubeRecord(name, uuid, qid, klass, properties, other, features, agentState);
    }

    QubeRecord withFeatures(SortedMap<String, String> other) {
        return new QubeRecord(name, uuid, qid, klass, properties, tags, other, agentState);
    }

    QubeRecord withAgentState(AgentState other) {
        return new QubeRecord(name, uuid, qid, klass, properties, tags, features, other);
    }

    boolean flag(String property) {
        return "True".equals(properties.get(property));
    }

    /** A property that was set to something other than nothing. */
    Optional<String> set(String property) {
        return Optional.ofNullable(properties.get(property)).filter(value -> !value.isEmpty());
    }
}
