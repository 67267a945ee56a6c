package org.qair.registry;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.RegistryEvent.FeatureRemoved;
import org.qair.registry.RegistryEvent.FeatureSet;
import org.qair.registry.RegistryEvent.PropertyReset;
import org.qair.registry.RegistryEvent.PropertySet;
import org.qair.registry.RegistryEvent.QubeAdded;
import org.qair.registry.RegistryEvent.QubeRemoved;
import org.qair.registry.RegistryEvent.QubeRenamed;
import org.qair.registry.RegistryEvent.TagAdded;
import org.qair.registry.RegistryEvent.TagRemoved;

/**
 * The registry while a change is being made: each method keeps every rule or throws and then the whole change is dropped.
 * Belongs to the one thread inside {@link Registry#change}.
 */
public final class RegistryDraft {
    private final RegistrySnapshot before;
    private final NavigableMap<QubeName, QubeRecord> qubes;
    private final Map<String, String> global;
    private final Map<String, Label> labels;
    private final Referrers referrers;
    private final NameHolders holders;
    private final Set<UUID> touched = new LinkedHashSet<>();
    private final List<RegistryEvent> events = new ArrayList<>();
    private final QubeNumbers numbers;

    RegistryDraft(RegistrySnapshot before, OtherReferrers others, NameHolders holders) {
        this.before = before;
        this.qubes = new TreeMap<>(before.byName());
        this.global = new TreeMap<>(before.global());
        this.labels = new TreeMap<>(before.labelsByName());
        this.numbers = new QubeNumbers(qubes, before.nextQid());
        this.referrers = new Referrers(qubes, global, others);
        this.holders = holders;
    }

    /** The qube of that name, as this change has left it so far. */
    public QubeRecord get(QubeName name) throws RegistryException {
        QubeRecord qube = qubes.get(name);
        if (qube == null) {
            throw new RegistryException(RegistryError.QubesVMNotFoundError, "no such qube: `" + name + "`");
        }
        return qube;
    }

    /** The same; empty when there is none. */
    public Optional<QubeRecord> find(QubeName name) {
        return Optional.ofNullable(qubes.get(name));
    }

    public Optional<Label> label(String name) {
        return Optional.ofNullable(labels.get(name));
    }

    /** The host's own properties that are set. */
    public Set<String> setOfHost() {
        return Set.copyOf(global.keySet());
    }

    /** The type of a property of a qube. */
    public PropertyType typeOf(QubeName name, String property) throws RegistryException {
        return PropertyHolder.of(get(name), new Surroundings(qubes, global))
                .definition(property)
                .type();
    }

    /** Makes a qube with a new UUID. */
    public void create(QubeType klass, QubeName name, String label) throws RegistryException {
        create(klass, name, label, UUID.randomUUID());
    }

    /** Makes a qube with a UUID that it has had elsewhere. */
    public void create(QubeType klass, QubeName name, String label, UUID uuid) throws RegistryException {
        if (klass == QubeType.AdminVM) {
            throw invalid("there is one AdminVM, `dom0`, and it is there already");
        }
        requireFree(name, uuid);
        Rules.label(labels, label);
        if (before.find(uuid).isPresent() || touched.contains(uuid)) {
            throw new RegistryException(
                    RegistryError.QubesVMAlreadyExistsError, "there is already a qube with uuid `" + uuid + "`");
        }
        SortedMap<String, String> properties = new TreeMap<>(Map.of("label", label));
        int qid = numbers.take();
        put(new QubeRecord(name, uuid, qid, klass, properties, new TreeSet<>(), new TreeMap<>()));
        events.add(new QubeAdded(name, klass));
    }

    /** Removes a qube that nothing refers to. */
    public void remove(QubeName name) throws RegistryException {
        QubeRecord qube = getOther(name, "removed");
        referrers.refuseRemoval(qube);
        qubes.remove(name);
        touched.add(qube.uuid());
        events.add(new QubeRemoved(name));
    }

    /** Gives a qube that nothing refers to another name. */
    public void rename(QubeName name, QubeName newName) throws RegistryException {
        QubeRecord qube = getOther(name, "renamed");
        if (name.equals(newName)) {
            return;
        }
        requireFree(newName, qube.uuid());
        referrers.refuseRename(qube);
        qubes.remove(name);
        put(qube.withProperties(withOwnName(qube, newName)).withName(newName));
        events.add(new QubeRenamed(name, newName));
    }

    /** A qube may refer to itself, as its own GUI qube say; that follows its name. */
    private static SortedMap<String, String> withOwnName(QubeRecord qube, QubeName newName) {
        SortedMap<String, String> properties = new TreeMap<>(qube.properties());
        for (PropertyDefinition definition : PropertyTable.of(qube.klass())) {
            if (definition.type() == PropertyType.VM) {
                properties.replace(definition.name(), qube.name().value(), newName.value());
            }
        }
        return properties;
    }

    /** Sets a property; {@code name} renames. An empty value clears a property that may be empty. */
    public void setProperty(QubeName name, String property, String value) throws RegistryException {
        QubeRecord qube = get(name);
        PropertyDefinition definition =
                PropertyHolder.of(qube, new Surroundings(qubes, global)).definition(property);
        if (property.equals("name")) {
            rename(name, Rules.qubeName(property, value));
            return;
        }
        Rules.requireSettable(definition);
        String checked = new Rules(qubes, labels).check(qube, definition, value);
        Optional<String> old = Optional.ofNullable(qube.properties().get(property));
        if (old.filter(checked::equals).isPresent()) {
            return;
        }
        if (property.equals("template_for_dispvms") && !checked.equals("True")) {
            referrers.refuseNoTemplate(qube);
        }
        SortedMap<String, String> properties = new TreeMap<>(qube.properties());
        properties.put(property, checked);
        put(qube.withProperties(properties));
        events.add(new PropertySet(name, property, checked, old));
        followRelay(name, property);
    }

    /** Gives a property its default back. */
    public void resetProperty(QubeName name, String property) throws RegistryException {
        QubeRecord qube = get(name);
        PropertyDefinition definition =
                PropertyHolder.of(qube, new Surroundings(qubes, global)).definition(property);
        Rules.requireSettable(definition);
        if (property.equals("label")) {
            throw invalid("property `label` has no default");
        }
        if (property.equals("template_for_dispvms")) {
            referrers.refuseNoTemplate(qube);
        }
        SortedMap<String, String> properties = new TreeMap<>(qube.properties());
        String old = properties.remove(property);
        if (old == null) {
            return;
        }
        put(qube.withProperties(properties));
        events.add(new PropertyReset(name, property, Optional.of(old)));
        followRelay(name, property);
    }

    /** Adds a tag, if it is not there yet. Tags {@code relayvm-…} and {@code created-by-…} are the registry's own. */
    public void addTag(QubeName name, String tag) throws RegistryException {
        Rules.requireOwnTag(tag);
        putTag(name, tag);
    }

    /** Removes a tag that is there. */
    public void removeTag(QubeName name, String tag) throws RegistryException {
        Rules.requireOwnTag(tag);
        if (!get(name).tags().contains(tag)) {
            throw new RegistryException(
                    RegistryError.QubesTagNotFoundError, "tag not set for qube `%s`: `%s`".formatted(name, tag));
        }
        dropTag(name, tag);
    }

    /** Notes who made a qube, as the field does: {@code created-by-SOURCE}. */
    public void markCreator(QubeName name, QubeName source) throws RegistryException {
        putTag(name, "created-by-" + source);
    }

    /** Sets a feature, which may be empty. */
    public void setFeature(QubeName name, String feature, String value) throws RegistryException {
        Rules.requireFeature(feature, value);
        QubeRecord qube = get(name);
        SortedMap<String, String> features = new TreeMap<>(qube.features());
        Optional<String> old = Optional.ofNullable(features.put(feature, value));
        if (old.filter(value::equals).isEmpty()) {
            put(qube.withFeatures(features));
            events.add(new FeatureSet(name, feature, value, old));
        }
    }

    /** Removes a feature that is set. */
    public void removeFeature(QubeName name, String feature) throws RegistryException {
        QubeRecord qube = get(name);
        SortedMap<String, String> features = new TreeMap<>(qube.features());
        if (features.remove(feature) == null) {
            throw new RegistryException(
                    RegistryError.QubesFeatureNotFoundError,
                    "feature not set for qube `%s`: `%s`".formatted(name, Printable.of(feature)));
        }
        put(qube.withFeatures(features));
        events.add(new FeatureRemoved(name, feature));
    }

    /** Sets a property of the host itself, such as {@code default_dispvm}; an empty value clears it. */
    public void setGlobal(String property, String value) throws RegistryException {
        QubeRecord dom0 = get(QubeName.DOM0);
        PropertyDefinition definition =
                PropertyHolder.ofHost(dom0, new Surroundings(qubes, global)).definition(property);
        String checked = new Rules(qubes, labels).check(dom0, definition, value);
        Optional<String> old = Optional.ofNullable(global.put(property, checked));
        if (old.filter(checked::equals).isEmpty()) {
            events.add(new RegistryEvent.GlobalSet(property, checked, old));
        }
    }

    /** Gives a property of the host its default back. */
    public void resetGlobal(String property) throws RegistryException {
        PropertyHolder.ofHost(get(QubeName.DOM0), new Surroundings(qubes, global))
                .definition(property);
        String old = global.remove(property);
        if (old != null) {
            events.add(new RegistryEvent.GlobalReset(property, Optional.of(old)));
        }
    }

    /** Makes a label; {@code color} is `0x` and six hexadecimal digits. */
    public void createLabel(String name, String color) throws RegistryException {
        events.add(new RegistryEvent.LabelAdded(LabelDraft.create(labels, name, color)));
    }

    /** Removes a label that no qube carries and that was not there from the beginning. */
    public void removeLabel(String name) throws RegistryException {
        events.add(new RegistryEvent.LabelRemoved(LabelDraft.remove(labels, name, qubes.values())));
    }

    RegistrySnapshot before() {
        return before;
    }

    List<RegistryEvent> events() {
        return events;
    }

    Set<UUID> touched() {
        return touched;
    }

    RegistrySnapshot result() {
        return before.next(qubes, global, labels, numbers.next(), touched);
    }

    private void followRelay(QubeName name, String property) throws RegistryException {
        if (!property.equals("relayvm")) {
            return;
        }
        Optional<String> wanted = get(name).relayvm().map(relay -> Rules.RELAY_TAG + relay);
        for (String tag : get(name).tags()) {
            if (tag.startsWith(Rules.RELAY_TAG) && !wanted.equals(Optional.of(tag))) {
                dropTag(name, tag);
            }
        }
        if (wanted.isPresent()) {
            putTag(name, wanted.get());
        }
    }

    private void putTag(QubeName name, String tag) throws RegistryException {
        QubeRecord qube = get(name);
        SortedSet<String> tags = new TreeSet<>(qube.tags());
        if (tags.add(tag)) {
            put(qube.withTags(tags));
            events.add(new TagAdded(name, tag));
        }
    }

    private void dropTag(QubeName name, String tag) throws RegistryException {
        QubeRecord qube = get(name);
        SortedSet<String> tags = new TreeSet<>(qube.tags());
        tags.remove(tag);
        put(qube.withTags(tags));
        events.add(new TagRemoved(name, tag));
    }

    private QubeRecord getOther(QubeName name, String done) throws RegistryException {
        QubeRecord qube = get(name);
        if (qube.isAdminVm()) {
            throw invalid("`dom0` is the host itself and can't be " + done);
        }
        return qube;
    }

    /** One change does not both take a name away and give it to another qube: who judged by the name would not see it move. */
    private void requireFree(QubeName name, UUID qube) throws RegistryException {
        Rules.requireUsable(name);
        boolean another =
                before.find(name).filter(had -> !had.uuid().equals(qube)).isPresent();
        if (qubes.containsKey(name) || another) {
            throw new RegistryException(
                    RegistryError.QubesVMAlreadyExistsError, "there is already a qube `" + name + "`");
        }
        Optional<String> held = holders.against(name, qube);
        if (held.isPresent()) {
            throw new RegistryException(
                    RegistryError.QubesVMInUseError,
                    "the name `%s` can't be given to another qube yet: %s".formatted(name, held.get()));
        }
    }

    private void put(QubeRecord qube) {
        qubes.put(qube.name(), qube);
        touched.add(qube.uuid());
    }

    private static RegistryException invalid(String message) {
        return new RegistryException(RegistryError.QubesValueError, message);
    }
}
