package org.qair.host.enrolment;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.qair.call.PlainStreams;
import org.qair.call.Streams;
import org.qair.call.UncheckedCall;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;
import org.qair.registry.Registry;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminCall;
import org.qair.relay.endpoint.InvitedKeys.Guest;
import org.qair.relay.keys.SshKeys;

/** What enrolment works with on an inviting host: real files, a real registry, and pipes for the conversation. */
final class FarHost implements AutoCloseable {
    static final Instant NOW = Instant.parse("2026-11-24T09:00:00Z");

    final EnrolmentPlaces places;
    final AdminApi admin;
    final InvitationDesk desk;
    final Invitations invitations;
    final Set<PublicKey> known = ConcurrentHashMap.newKeySet();
    final AtomicInteger reloads = new AtomicInteger();
    final PublicKey hostKey = SshKeys.generate().getPublic();
    Instant now = NOW;
    private final Registry registry;

    FarHost(Path root) throws Exception {
        places = new EnrolmentPlaces(
                root,
                root.resolve("state/invitations"),
                root.resolve("state/enrolments"),
                root.resolve("etc/qair.toml"),
                root.resolve("etc/peers.d"),
                root.resolve("etc/relays.d"),
                root.resolve("etc/policy.d"));
        Files.createDirectories(root.resolve("state"));
        registry = Registry.open(root.resolve("state/registry.db"));
        admin = AdminApi.of(registry);
        invitations = new Invitations(places.invitations());
        InstantSource source = () -> now;
        desk = new InvitationDesk(
                places,
                admin,
                known::contains,
                reloads::incrementAndGet,
                () -> List.of(hostKey),
                source.withZone(ZoneOffset.UTC));
        qube("AppVM", "work");
    }

    void qube(String klass, String name) throws IOException {
        admin.handle(AdminCall.of("admin.vm.Create." + klass, "", QubeName.DOM0, "name=" + name + " label=red"));
    }

    boolean has(String qube) {
        return registry.snapshot().find(new QubeName(qube)).isPresent();
    }

    String hostKeyOf(String qube) {
        return registry.snapshot()
                .find(new QubeName(qube))
                .map(found -> String.join(",", found.hostKeys()))
                .orElse("no such qube");
    }

    Invitation invite(InvitationSecret secret) throws IOException {
        Invitation invitation = new Invitation(
                secret.key().getPublic(),
                new QubeName("Remote-Relay"),
                new QubeName("work"),
                List.of(new QubeName("Local-Qube")),
                List.of(ServiceName.parse("my.Service"), ServiceName.parse("other+arg")),
                true,
                NOW.plusSeconds(900),
                0);
        invitations.put(invitation);
        return invitation;
    }

    /** The guest's end of a conversation that has begun. */
    Guests join(Guest guest) throws Exception {
        return new Guests(guest);
    }

    /** One guest's conversation. */
    static final class Guests implements AutoCloseable {
        final InputStream in;
        final OutputStream out;
        final Thread thread;
        volatile int exitCode = -1;

        Guests(Guest guest) throws Exception {
            Pipe toHost = Pipe.open();
            Pipe toGuest = Pipe.open();
            in = Channels.newInputStream(toGuest.source());
            out = Channels.newOutputStream(toHost.sink());
            var admitted = guest.switchboard()
                    .admit(new UncheckedCall(
                            guest.relay(), java.util.Optional.empty(), "@adminvm", InvitationDesk.SERVICE, "ssh"));
            Streams streams = new PlainStreams(
                    Channels.newInputStream(toHost.source()),
                    Channels.newOutputStream(toGuest.sink()),
                    OutputStream.nullOutputStream());
            thread = Thread.ofVirtual().start(() -> {
                try {
                    exitCode = admitted.run(streams);
                    streams.stdout().close();
                } catch (InterruptedException | IOException gone) {
                    exitCode = -2;
                }
            });
        }

        int end() throws InterruptedException {
            thread.join();
            return exitCode;
        }

        @Override
        public void close() throws IOException {
            out.close();
            try {
                thread.join();
            } catch (InterruptedException timeout) {
                throw new IOException("the conversation did not end", timeout);
            }
        }
    }

    @Override
    public void close() {
        registry.close();
    }
}
