package org.qair.host.enrolment;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.qair.host.files.Directories;
import org.qair.host.files.WholeFile;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.admin.Admin;
import org.qair.relay.SshTransport;
import org.qair.relay.keys.SshKeys;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an enrolment made on this host: qubes and files, in the order of their making. Each is noted in the enrolment's own file before
 * it is made, so that all can be undone in reverse, by whoever finds the file after a crash too. Used by one thread at a time.
 */
public final class Enrolment {
    private static final int MAX_STEPS = 1000;
    private static final String HOST_KEY = "host_key";

    /** Lets the host, if it runs, read its policy and settings again. */
    public interface Reload {
        void run() throws IOException;
    }

    /** One thing that was made, or was about to be. */
    private record Step(Kind kind, String what) {
        enum Kind {
            QUBE,
            FILE,
            /** The keys that are pinned for a RemoteVM which was there before. */
            PIN
        }

        static Step parse(String text) {
            int space = text.indexOf(' ');
            if (space < 0) {
                throw new IllegalArgumentException("`%s` is no step".formatted(text));
            }
            return new Step(Kind.valueOf(text.substring(0, space)), text.substring(space + 1));
        }

        @Override
        public String toString() {
            return kind + " " + what;
        }
    }

    private final EnrolmentPlaces places;
    private final Qubes qubes;
    private final QubeName name;
    private final List<Step> steps;
    private boolean complete;

    private Enrolment(EnrolmentPlaces places, Admin admin, QubeName name, List<Step> steps, boolean complete) {
        this.places = places;
        this.qubes = new Qubes(admin);
        this.name = name;
        this.steps = new ArrayList<>(steps);
        this.complete = complete;
    }

    /**
     * Begins one that has made nothing yet.
     *
     * @param name of the relay on the inviting host, of the RemoteVM on the other
     * @throws EnrolmentException when there is one of that name
     */
    public static Enrolment begin(EnrolmentPlaces places, Admin admin, QubeName name)
            throws IOException, EnrolmentException {
        Directories.makePrivate(places.enrolments());
        Enrolment begun = new Enrolment(places, admin, name, List.of(), false);
        try {
            WholeFile.create(places.enrolment(name), begun.text());
        } catch (FileAlreadyExistsException exists) {
            throw new EnrolmentException(
                    "there is an enrolment `%s` already: `qair unjoin %s` undoes it".formatted(name, name), exists);
        }
        return begun;
    }

    /** The one of that name, complete or not. */
    public static Optional<Enrolment> find(EnrolmentPlaces places, Admin admin, QubeName name) throws IOException {
        Path file = places.enrolment(name);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            Fields fields = Fields.of(Files.readString(file));
            return Optional.of(new Enrolment(
                    places, admin, name, fields.list("steps", MAX_STEPS, Step::parse), fields.flag("complete")));
        } catch (IllegalArgumentException malformed) {
            throw new IOException("`%s` is no enrolment: %s".formatted(file, malformed.getMessage()), malformed);
        }
    }

    /** The names of all, complete or not. */
    public static List<QubeName> names(EnrolmentPlaces places) throws IOException {
        if (!Files.isDirectory(places.enrolments())) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(places.enrolments())) {
            return entries.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json") && !file.startsWith("."))
                    .map(file -> new QubeName(file.substring(0, file.length() - ".json".length())))
                    .sorted()
                    .toList();
        }
    }

    public QubeName name() {
        return name;
    }

    /** Whether it was brought to its end; one that was not is to be undone. */
    public boolean isComplete() {
        return complete;
    }

    /** Makes a qube that can be a relay, unless there is one of that name. */
    public void relay(QubeName relay) throws IOException, EnrolmentException {
        if (!qubes.exists(relay)) {
            qube(QubeType.AppVM, relay, Map.of());
        } else if (qubes.isRemote(relay)) {
            throw new EnrolmentException("`%s` is a RemoteVM, which cannot be a relay".formatted(relay));
        }
    }

    /**
     * Makes a RemoteVM behind a relay, which the built-in transport carries calls to.
     *
     * @param hostKeys what its own host signs its calls with
     */
    public void remoteVm(QubeName remoteVm, QubeName relay, List<PublicKey> hostKeys, Map<String, String> more)
            throws IOException, EnrolmentException {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put(HOST_KEY, pins(hostKeys));
        properties.put("relayvm", relay.value());
        properties.put("transport_rpc", SshTransport.NAME);
        properties.putAll(more);
        qube(QubeType.RemoteVM, remoteVm, properties);
    }

    private void qube(QubeType type, QubeName qube, Map<String, String> properties)
            throws IOException, EnrolmentException {
        if (qubes.exists(qube)) {
            throw new EnrolmentException("there is a qube `%s` already".formatted(qube));
        }
        begin(new Step(Step.Kind.QUBE, qube.value()));
        qubes.create(type, qube, properties);
    }

    /** Pins the keys of a RemoteVM's host, unless some are pinned. */
    void pin(QubeName remoteVm, List<PublicKey> hostKeys) throws IOException, EnrolmentException {
        if (qubes.property(remoteVm, HOST_KEY).isEmpty()) {
            begin(new Step(Step.Kind.PIN, remoteVm.value()));
            qubes.set(remoteVm, HOST_KEY, pins(hostKeys));
        }
    }

    private static String pins(List<PublicKey> hostKeys) {
        return hostKeys.stream().map(key -> SshKeys.publicLine(key, "")).collect(Collectors.joining(", "));
    }

    /** Makes a file that only its owner can read. */
    public void privateFile(Path file, String text) throws IOException, EnrolmentException {
        make(file, () -> WholeFile.create(file, text));
    }

    /** Makes a file of policy. */
    public void policyFile(Path file, String text) throws IOException, EnrolmentException {
        make(file, () -> WholeFile.createReadable(file, text));
    }

    /** Takes note of a file that somebody else is about to make. */
    public void ownsFile(Path file) throws IOException, EnrolmentException {
        make(file, () -> {});
    }

    private interface Making {
        void run() throws IOException;
    }

    private void make(Path file, Making making) throws IOException, EnrolmentException {
        if (Files.exists(file)) {
            throw new EnrolmentException("there is a file `%s` already".formatted(file));
        }
        Files.createDirectories(file.getParent());
        begin(new Step(Step.Kind.FILE, places.root().relativize(file).toString()));
        making.run();
    }

    private void begin(Step step) throws IOException {
        steps.add(step);
        save();
    }

    /** From now on it is not undone by itself. */
    public void complete() throws IOException {
        complete = true;
        save();
    }

    /**
     * Undoes it, the last step first. What cannot be undone now, because something else refers to it, stays noted, so that this can be
     * done again.
     *
     * @param reload brings into force what the files say, because qubes that the policy in force names cannot be removed
     * @return what was kept and why; nothing when all is gone
     */
    public List<String> undo(Reload reload) throws IOException {
        List<String> kept = new ArrayList<>();
        boolean current = true;
        for (Step step : steps.reversed().toArray(new Step[0])) {
            try {
                if (step.kind() == Step.Kind.QUBE && !current) {
                    reload.run();
                }
                current = step.kind() == Step.Kind.QUBE;
                undo(step);
                steps.remove(step);
                save();
            } catch (EnrolmentException refused) {
                kept.add("`%s` stays: %s".formatted(step.what(), refused.getMessage()));
            }
        }
        if (steps.isEmpty()) {
            Files.deleteIfExists(places.enrolment(name));
        }
        if (!current) {
            reload.run();
        }
        return kept;
    }

    private void undo(Step step) throws IOException, EnrolmentException {
        switch (step.kind()) {
            case QUBE -> qubes.remove(new QubeName(step.what()));
            case PIN -> qubes.reset(new QubeName(step.what()), HOST_KEY);
            case FILE -> Files.deleteIfExists(places.root().resolve(step.what()));
        }
    }

    private void save() throws IOException {
        WholeFile.replace(places.enrolment(name), text());
    }

    private String text() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("complete", complete);
        fields.put("steps", steps.stream().map(Step::toString).toList());
        return JsonMapper.shared().writeValueAsString(fields) + "\n";
    }
}
