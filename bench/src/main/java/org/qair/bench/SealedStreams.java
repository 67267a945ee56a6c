package org.qair.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;
import org.qair.host.Host;
import org.qair.host.HostKeys;
import org.qair.host.HostLayout;
import org.qair.host.files.Trees;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;
import org.qair.relay.keys.SshKeys;

/**
 * What sealing a call's streams between its two hosts costs, beside the same calls without the seal: two hosts in this process, one warm
 * SSH connection over loopback, one caller, the two kinds in turn. Both kinds are signed. Prints medians and their ratio.
 */
final class SealedStreams {
    private static final QubeName RELAY = new QubeName("relay");
    private static final List<String> KINDS = List.of("Plain", "Sealed");
    private static final int CALLS = 100;

    private final HostLayout near;
    private final HostLayout far;
    private final long bytes;
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();

    private SealedStreams(Path directory, long bytes) {
        this.near = new HostLayout(directory.resolve("n"));
        this.far = new HostLayout(directory.resolve("f"));
        this.bytes = bytes;
    }

    /** Rounds, 5 unless the first word says otherwise, of 256 MiB unless the second says how many. */
    public static void main(String[] words) throws Exception {
        int rounds = words.length > 0 ? Integer.parseInt(words[0]) : 5;
        long bytes = (words.length > 1 ? Long.parseLong(words[1]) : 256) << 20;
        Path directory = Files.createTempDirectory("qair-sealed-");
        try {
            new SealedStreams(directory, bytes).run(rounds);
        } finally {
            Trees.delete(directory);
        }
    }

    private void run(int rounds) throws Exception {
        makeFar();
        try (Host _ = Host.start(far, HostSettings.read(far.settings()))) {
            makeNear(Files.readString(far.endpointAddress()).strip());
            try (Host _ = Host.start(near, HostSettings.read(near.settings()))) {
                round(8L << 20);
                figures.clear();
                for (int round = 0; round < rounds; round++) {
                    round(bytes);
                }
            }
        }
        print();
    }

    private void round(long amount) throws IOException {
        for (String kind : KINDS) {
            note("to the service, MB/s", kind, amount * 1e3 / nanos(kind, "bench.Sink", amount));
        }
        for (String kind : KINDS) {
            note("from the service, MB/s", kind, amount * 1e3 / nanos(kind, "bench.Source+" + amount, 0));
        }
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            for (String kind : KINDS) {
                times.add(nanos(kind, "qair.Ping", 4) / 1e6);
            }
        }
        for (int kind = 0; kind < KINDS.size(); kind++) {
            int first = kind;
            note(
                    "a call of 4 bytes, ms",
                    KINDS.get(kind),
                    median(java.util.stream.IntStream.range(0, CALLS)
                            .mapToObj(i -> times.get(2 * i + first))
                            .toList()));
        }
    }

    private long nanos(String target, String service, long amount) throws IOException {
        long start = System.nanoTime();
        try (QrexecCall call =
                QrexecClient.at(near.agentSocket(new QubeName("caller"))).call(target, service)) {
            int code = call.transfer(new Zeros(amount), OutputStream.nullOutputStream());
            if (code != 0) {
                throw new IOException("`%s` at `%s` ended with %d".formatted(service, target, code));
            }
        }
        return System.nanoTime() - start;
    }

    private void note(String what, String kind, double figure) {
        figures.computeIfAbsent(kind + ": " + what, key -> new ArrayList<>()).add(figure);
    }

    private List<Double> of(String kind, String what) {
        return figures.getOrDefault(kind + ": " + what, List.of());
    }

    private static double median(List<Double> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }

    private void print() {
        figures.forEach((what, all) -> System.out.printf("%-36s %10.2f%n", what, median(all)));
        for (String what : List.of("to the service, MB/s", "from the service, MB/s", "a call of 4 bytes, ms")) {
            System.out.printf(
                    "sealed / plain: %-20s %10.2f%n",
                    what.substring(0, what.indexOf(',')), median(of("Sealed", what)) / median(of("Plain", what)));
        }
    }

    private void makeFar() throws Exception {
        make(
                far,
                "[endpoint]\nlisten = \"127.0.0.1:0\"\n[[endpoint.relay]]\nname = \"relay\"\nkey = \"%s\"\n"
                        .formatted(SshKeys.publicLine(
                                new HostKeys(near).relay(RELAY).getPublic(), "")));
        service("bench.Sink", "exec cat >/dev/null");
        service("bench.Source", "exec head -c \"$1\" /dev/zero");
        try (Registry registry = Registry.open(far.registry())) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, new QubeName("work"), "red");
                draft.create(QubeType.AppVM, RELAY, "red");
                QubeName caller = new QubeName("caller");
                draft.create(QubeType.RemoteVM, caller, "red");
                draft.setProperty(caller, "relayvm", RELAY.value());
                draft.setProperty(caller, "host_key", hostKey(near));
                draft.setProperty(caller, "proof", "required");
            });
        }
    }

    private void makeNear(String endpoint) throws Exception {
        make(
                near,
                "[[peer]]\nname = \"far\"\naddress = \"%s\"\nhost-key = \"%s\"\n"
                        .formatted(
                                endpoint,
                                SshKeys.publicLine(new HostKeys(far).endpoint().getPublic(), "")));
        try (Registry registry = Registry.open(near.registry())) {
            registry.change(draft -> {
                draft.create(QubeType.AppVM, new QubeName("caller"), "red");
                draft.create(QubeType.AppVM, RELAY, "red");
                for (String kind : KINDS) {
                    QubeName remote = new QubeName(kind);
                    draft.create(QubeType.RemoteVM, remote, "red");
                    draft.setProperty(remote, "relayvm", RELAY.value());
                    draft.setProperty(remote, "transport_rpc", Host.TRANSPORT);
                    draft.setProperty(remote, "remote_name", "work");
                    draft.setProperty(remote, "peer", "far");
                    draft.setProperty(remote, "host_key", hostKey(far));
                }
                draft.setProperty(new QubeName("Sealed"), "protect", "required");
            });
        }
    }

    private static void make(HostLayout layout, String settings) throws IOException {
        Files.createDirectories(layout.state());
        Files.createDirectories(layout.settingsDirectory());
        Files.createDirectories(layout.policy());
        Files.writeString(layout.settings(), settings);
        Files.writeString(layout.policy().resolve("30-bench.policy"), "* * @anyvm @anyvm allow\n");
    }

    private void service(String name, String line) throws IOException {
        Path directory = Files.createDirectories(far.root().resolve("etc/qubes-rpc"));
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String hostKey(HostLayout layout) {
        try {
            return SshKeys.publicLine(new HostKeys(layout).host().getPublic(), "");
        } catch (IOException unreadable) {
            throw new java.io.UncheckedIOException(unreadable);
        }
    }

    /** So many bytes. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long number) {
            left = number;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            left -= count;
            return count;
        }
    }
}
