package org.qair.policy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Builds systems and requests for tests, with words. */
final class TestSystem {
    private final List<Qube> qubes = new ArrayList<>();

    /** The host, three qubes, two templates for disposables, a relay with two RemoteVMs and one of another relay. */
    static SystemInfo usual() {
        return new TestSystem()
                .add(qube("dom0").type(QubeType.AdminVM).tags("host-tag").dvm("dvm"))
                .add(qube("work").tags("work", "trusted").dvm("dvm"))
                .add(qube("personal").tags("personal").dvm("not-a-dvm").state("Halted"))
                .add(qube("vault").tags("trusted"))
                .add(qube("dvm").tags("work").template())
                .add(qube("tor-dvm").tags("anon").template().state("Halted"))
                .add(qube("not-a-dvm"))
                .add(qube("hidden").internal())
                .add(qube("fedora").type(QubeType.TemplateVM).state("Halted"))
                .add(qube("sys-relay"))
                .add(qube("sys-relay2"))
                .add(qube("pi1").remote("sys-relay", "qubesair.SSHProxy").tags("relayvm-sys-relay"))
                .add(qube("pi2").remote("sys-relay", "qubesair.SSHProxy").tags("relayvm-sys-relay"))
                .add(qube("far").remote("sys-relay2", "other.Transport"))
                .build();
    }

    TestSystem add(Builder builder) {
        qubes.add(builder.build());
        return this;
    }

    SystemInfo build() {
        return new SystemInfo(qubes);
    }

    static Builder qube(String name) {
        return new Builder(name);
    }

    static UUID uuid(String name) {
        return name.equals("dom0") ? new UUID(0, 0) : UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    static Request request(String source, String target, String service) {
        return new Request(
                new QubeName(source), Optional.empty(), RequestedTarget.parse(target), ServiceName.parse(service));
    }

    static Request relayed(String relay, String source, String target, String service) {
        return new Request(
                new QubeName(relay),
                Optional.of(new QubeName(source)),
                RequestedTarget.parse(target),
                ServiceName.parse(service));
    }

    static final class Builder {
        private final String name;
        private QubeType type = QubeType.AppVM;
        private Set<String> tags = Set.of();
        private Optional<QubeName> dvm = Optional.empty();
        private boolean template;
        private boolean internal;
        private String state = "Running";
        private Optional<QubeName> relay = Optional.empty();
        private Optional<String> transport = Optional.empty();

        private Builder(String name) {
            this.name = name;
        }

        Builder type(QubeType value) {
            type = value;
            return this;
        }

        Builder tags(String... values) {
            tags = Set.of(values);
            return this;
        }

        Builder dvm(String value) {
            dvm = Optional.of(new QubeName(value));
            return this;
        }

        Builder template() {
            template = true;
            return this;
        }

        Builder internal() {
            internal = true;
            return this;
        }

        Builder state(String value) {
            state = value;
            return this;
        }

        Builder remote(String relayName, String rpc) {
            type = QubeType.RemoteVM;
            relay = Optional.of(relayName).filter(text -> !text.isEmpty()).map(QubeName::new);
            transport = Optional.of(rpc).filter(text -> !text.isEmpty());
            return this;
        }

        Qube build() {
            return new Qube(
                    new QubeName(name),
                    type,
                    uuid(name),
                    tags,
                    dvm,
                    template,
                    internal,
                    state,
                    "",
                    Optional.empty(),
                    relay,
                    transport);
        }
    }
}
