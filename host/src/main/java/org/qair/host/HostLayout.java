package org.qair.host;

import java.nio.file.Path;
import java.util.List;
import org.qair.host.enrolment.EnrolmentPlaces;
import org.qair.policy.QubeName;

/**
 * Where a host keeps everything: the field's paths, all under one root.
 *
 * @param root {@code /} for the machine's own host; any other directory makes a host of its own, which needs no root rights
 */
public record HostLayout(Path root) {
    private static final String AGENT = "qrexec-agent";

    public HostLayout {
        root = root.toAbsolutePath().normalize();
    }

    /** The directories of policy files, {@code /run} before {@code /etc}, which it shadows. */
    public Path volatilePolicy() {
        return root.resolve("run/qubes/policy.d");
    }

    public Path policy() {
        return root.resolve("etc/qubes/policy.d");
    }

    /** The host's settings; the file may be missing. */
    public Path settings() {
        return settingsDirectory().resolve("qair.toml");
    }

    /** The directory of {@link #settings}. */
    public Path settingsDirectory() {
        return root.resolve("etc/qair");
    }

    /** Peers that have a file of their own. */
    public Path peers() {
        return settingsDirectory().resolve("peers.d");
    }

    /** Relays that have a file of their own: those that may come in. */
    public Path relays() {
        return settingsDirectory().resolve("relays.d");
    }

    /** The public keys that never come in again. */
    public Path revokedKeys() {
        return settingsDirectory().resolve("revoked-keys");
    }

    public Path state() {
        return root.resolve("var/lib/qair");
    }

    public Path registry() {
        return state().resolve("registry.db");
    }

    /** Where enrolment finds and leaves files. */
    public EnrolmentPlaces enrolment() {
        return new EnrolmentPlaces(
                root,
                state().resolve("invitations"),
                state().resolve("enrolments"),
                settings(),
                peers(),
                relays(),
                policy());
    }

    public Path audit() {
        return state().resolve("audit.db");
    }

    /** Where systemd's journal listens. */
    public Path journal() {
        return root.resolve("run/systemd/journal/socket");
    }

    /** Private keys: one a relay, named like it, and the endpoint's. */
    public Path keys() {
        return state().resolve("keys");
    }

    public Path relayKey(QubeName relay) {
        return keys().resolve("relay-" + relay);
    }

    public Path endpointKey() {
        return keys().resolve("endpoint");
    }

    /** The key that the host signs its calls with. */
    public Path hostKey() {
        return keys().resolve("host");
    }

    /** The one that takes its place. */
    public Path nextHostKey() {
        return keys().resolve("host.next");
    }

    /** What exists only while the host runs. */
    public Path run() {
        return root.resolve("run/qair");
    }

    /** The socket of the host's owner. */
    public Path hostSocket() {
        return run().resolve("host.sock");
    }

    /** Where agents with socket vchans are, unless the settings say otherwise; it outlives the host. */
    public Path vchans() {
        return run().resolve("vchan");
    }

    /** The directory of the sockets that the field has in {@code /var/run/qubes}. */
    public Path sockets() {
        return root.resolve("run/qubes");
    }

    /** The trigger socket of callers that are known by their Unix user. */
    public Path triggerSocket() {
        return sockets().resolve(AGENT);
    }

    public Path adminSocket() {
        return root.resolve("run/qubesd.sock");
    }

    /** The calls that only parts of the host make: what policy knows of the qubes. */
    public Path internalSocket() {
        return root.resolve("run/qubesd.internal.sock");
    }

    /** Where the service {@code qubesair.SSHProxy} of a relay qube hands over its calls. */
    public Path relaySocket() {
        return run().resolve("relay.sock");
    }

    /** The same service itself, as a socket. */
    public Path relayServiceSocket() {
        return run().resolve("sshproxy.sock");
    }

    /** The field's policy daemon. */
    public Path policySocket() {
        return sockets().resolve("policy.sock");
    }

    /** Where the host's owner sees and ends running calls. */
    public Path callsSocket() {
        return run().resolve("calls.sock");
    }

    /** Where people's programs answer prompts. */
    public Path promptsSocket() {
        return run().resolve("prompts.sock");
    }

    /** Where the host's owner reads its metrics. */
    public Path metricsSocket() {
        return run().resolve("metrics.sock");
    }

    /** Says where they are read by anybody on this machine: {@code address:port}. */
    public Path metricsAddress() {
        return run().resolve("metrics");
    }

    /** Says where the running endpoint listens: {@code address:port}. */
    public Path endpointAddress() {
        return run().resolve("endpoint");
    }

    /**
     * The sockets of one host-run qube. It is named by number, because a Unix socket's path has at most 107 bytes and a qube's
     * name may have 63; {@link #qubeLink} is the same place by name.
     */
    public Path qube(int qid) {
        return run().resolve("q" + qid);
    }

    public Path qubeLink(QubeName name) {
        return run().resolve("by-name").resolve(name.value());
    }

    /** The trigger socket of one host-run qube, by the readable path. */
    public Path agentSocket(QubeName name) {
        return qubeLink(name).resolve(AGENT);
    }

    /** The same by number. */
    Path agentSocket(int qid) {
        return qube(qid).resolve(AGENT);
    }

    /** The QubesDB of callers that are known by their Unix user. */
    public Path qubesDbSocket() {
        return sockets().resolve("qubesdb.sock");
    }

    /** Leads to the QubesDB of one host-run qube, by its name; {@code .ro} to that on which nothing can be written. */
    Path qubesDbLink(QubeName name, String access) {
        return sockets().resolve("qubesdb." + name + access + ".sock");
    }

    /** The QubesDB of one host-run qube. */
    Path qubesDbSocket(int qid) {
        return qube(qid).resolve("qubesdb.sock");
    }

    /** The same, on which nothing can be written. */
    Path readOnlyQubesDbSocket(int qid) {
        return qube(qid).resolve("qubesdb.ro.sock");
    }

    /** Where the services of a qube are looked up: its own directory, then those that all host-run qubes share. */
    public List<Path> servicePath(QubeName qube) {
        return List.of(
                ofQube(qube).resolve("qubes-rpc"),
                root.resolve("run/qubes-rpc"),
                root.resolve("usr/local/etc/qubes-rpc"),
                root.resolve("etc/qubes-rpc"));
    }

    /** Where the configuration of its services is looked up, in the same order. */
    public List<Path> serviceConfigPath(QubeName qube) {
        return List.of(
                ofQube(qube).resolve("rpc-config"),
                root.resolve("run/qubes/rpc-config"),
                root.resolve("usr/local/etc/qubes/rpc-config"),
                root.resolve("etc/qubes/rpc-config"));
    }

    private Path ofQube(QubeName qube) {
        return root.resolve("etc/qair/qubes").resolve(qube.value());
    }
}
