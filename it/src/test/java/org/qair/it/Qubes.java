package org.qair.it;

import java.nio.file.Files;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.registry.RegistryDraft;
import org.qair.registry.RegistryException;
import org.qair.relay.keys.SshKeys;

/** The qubes and keys of a host that does not run yet, made without a process for each. */
final class Qubes {
    private final RegistryDraft draft;

    private Qubes(RegistryDraft draft) {
        this.draft = draft;
    }

    /** What is to be made. */
    interface Plan {
        void make(Qubes qubes) throws RegistryException;
    }

    static void make(HostLayout layout, Plan plan) throws Exception {
        Files.createDirectories(layout.state());
        try (Registry registry = Registry.open(layout.registry())) {
            registry.change(draft -> plan.make(new Qubes(draft)));
        }
    }

    Qubes local(String... names) throws RegistryException {
        for (String name : names) {
            draft.create(QubeType.AppVM, new QubeName(name), "red");
        }
        return this;
    }

    /** One that disposables could be made of. */
    Qubes template(String name) throws RegistryException {
        var ignored = local(name);
        draft.setProperty(new QubeName(name), "template_for_dispvms", "True");
        return this;
    }

    Qubes remote(String name, String relay, String peer) throws RegistryException {
        return remote(name, relay, peer, name);
    }

    Qubes remote(String name, String relay, String peer, String remoteName) throws RegistryException {
        QubeName qube = new QubeName(name);
        draft.create(QubeType.RemoteVM, qube, "gray");
        draft.setProperty(qube, "relayvm", relay);
        draft.setProperty(qube, "transport_rpc", "qubesair.SSHProxy");
        draft.setProperty(qube, "remote_name", remoteName);
        draft.setProperty(qube, "peer", peer);
        return this;
    }

    /** The public key of a relay, made when there is none. */
    static String relayKey(HostLayout layout, String relay) throws Exception {
        return SshKeys.publicLine(
                new HostKeys(layout).relay(new QubeName(relay)).getPublic(), relay);
    }

    static String endpointKey(HostLayout layout) throws Exception {
        return SshKeys.publicLine(new HostKeys(layout).endpoint().getPublic(), "endpoint");
    }
}
