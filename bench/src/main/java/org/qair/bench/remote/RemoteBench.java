package org.qair.bench.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.qair.client.QrexecClient;
import org.qair.registry.RegistryException;
import org.qair.wire.NetworkLink;

/**
 * This chain beside the design's script and plain {@code ssh}: on loopback and, as root, over a wire of 40 ms. Says which goals are met
 * and ends with 1 when one is not.
 */
final class RemoteBench {
    private static final Duration ONE_WAY = Duration.ofMillis(20);
    private static final int IDLE = 5000;
    private static final String CHAIN = "this chain";
    private static final String COLD = "script, cold ssh";
    private static final String MASTER = "script, ControlMaster";

    private final PrintStream out = System.out;
    private final Goals goals = new Goals(out);
    private final Sizes sizes;

    private RemoteBench(Sizes sizes) {
        this.sizes = sizes;
    }

    /** How much of everything. */
    private record Sizes(int calls, int master, int cold, int warm, int rounds, long bytes) {
        static final Sizes FULL = new Sizes(6000, 150, 45, 20_000, 5, 1L << 30);
        static final Sizes SHORT = new Sizes(1500, 45, 15, 8_000, 3, 1L << 28);
    }

    /** The word {@code short}, or {@code calls}, {@code streams}, {@code idle}, {@code delay} for one part. */
    public static void main(String[] words) throws Exception {
        List<String> asked = new ArrayList<>(List.of(words));
        boolean quick = asked.remove("short");
        RemoteBench bench = new RemoteBench(quick ? Sizes.SHORT : Sizes.FULL);
        bench.out.println("load: " + Files.readString(Path.of("/proc/loadavg")).strip());
        if (wanted(asked, "calls") || wanted(asked, "streams")) {
            bench.onLoopback(asked);
        }
        if (asked.contains("profile")) {
            bench.profile();
        }
        if (wanted(asked, "idle")) {
            bench.idle();
        }
        if (wanted(asked, "delay")) {
            bench.overTheWire();
        }
        bench.out.println("load: " + Files.readString(Path.of("/proc/loadavg")).strip());
        System.exit(bench.goals.missed() > 0 ? 1 : 0);
    }

    private static boolean wanted(List<String> asked, String part) {
        return asked.isEmpty() || asked.contains(part);
    }

    private void onLoopback(List<String> asked) throws IOException, InterruptedException, RegistryException {
        try (Site site = new Site("127.0.0.1", List.of())) {
            try {
                if (wanted(asked, "calls")) {
                    calls(site);
                }
                if (wanted(asked, "streams")) {
                    streams(site);
                }
            } catch (IOException e) {
                throw new IOException(site.logs(), e);
            }
        }
    }

    private List<Way> ways(Site site, int divisor) {
        QrexecClient client = site.client();
        int cold = Math.max(sizes.cold / divisor, 3);
        int master = Math.max(sizes.master / divisor, 3);
        return List.of(
                Way.client(CHAIN, sizes.calls / divisor, client, "Far"),
                Way.client(COLD, cold, client, "Far-Cold"),
                Way.client(MASTER, master, client, "Far-Master"),
                Way.client(COLD + " to sshd", cold, client, "Far-ColdSshd"),
                Way.client(MASTER + " to sshd", cold, client, "Far-MasterSshd"),
                Way.process("ssh host cat", cold, site.ssh(false, "cat")),
                Way.process("ssh host cat, ControlMaster", master, site.ssh(true, "cat")));
    }

    private void calls(Site site) throws IOException, InterruptedException {
        List<Way> ways = ways(site, 1);
        for (String service : List.of(Site.SOCKET, Site.PROGRAM)) {
            int warm = service.equals(Site.SOCKET) ? sizes.warm : sizes.warm / 8;
            Latency.warm(ways.getFirst(), service, warm);
            Latency.settle(ways.getFirst(), service, warm / 4);
            List<Way> turn = service.equals(Site.SOCKET) ? ways : ways.subList(0, 3);
            List<Latency.Result> results = Latency.measure(site, turn, service);
            site.checkMasters();
            print("loopback, " + service, results);
            judge(service, results);
        }
    }

    /** Calls of this chain alone, for a profiler in the hosts ({@code QAIR_JAVA_OPTS}). */
    private void profile() throws IOException, InterruptedException, RegistryException {
        try (Site site = new Site("127.0.0.1", List.of())) {
            Way chain = ways(site, 1).getFirst();
            try {
                Latency.warm(chain, Site.SOCKET, sizes.warm);
                print("loopback, " + Site.SOCKET, Latency.measure(site, List.of(chain), Site.SOCKET));
            } catch (IOException e) {
                throw new IOException(site.logs(), e);
            }
        }
    }

    private void judge(String service, List<Latency.Result> results) {
        Latency.Result chain = results.get(0);
        Latency.Result cold = results.get(1);
        Latency.Result master = results.get(2);
        goals.atLeast(service + ": script with cold ssh / this chain, median", 60, cold.median() / chain.median(), "x");
        goals.atLeast(
                service + ": script with ControlMaster / this chain, median", 8, master.median() / chain.median(), "x");
        goals.atLeast(
                service + ": calls a second at 16 callers, this chain / script", 20, chain.rate() / cold.rate(), "x");
        if (service.equals(Site.SOCKET)) {
            goals.atMost(service + ": median of this chain", 1, chain.median(), "ms");
        }
    }

    private void print(String title, List<Latency.Result> results) {
        out.printf(
                "%n%-34s %10s %10s %12s %12s %12s %10s%n",
                title, "median ms", "p99 ms", "16: median", "16: p99", "16: calls/s", "CPU ms");
        for (Latency.Result result : results) {
            out.printf(
                    "%-34s %10.3f %10.3f %12.3f %12.3f %12.1f %10.2f%n",
                    result.way().name(),
                    result.median(),
                    result.p99(),
                    result.median16(),
                    result.p9916(),
                    result.rate(),
                    result.cpu());
        }
    }

    private void streams(Site site) throws IOException, InterruptedException {
        QrexecClient client = site.client();
        List<Flow.Candidate> all = new ArrayList<>();
        String[] ciphers = {"", "aes128-gcm@openssh.com"};
        all.add(new Flow.Candidate(CHAIN + ", to", Flow.to(client, "Far")));
        all.add(new Flow.Candidate(CHAIN + ", from", Flow.from(client, "Far")));
        for (String cipher : ciphers) {
            String name = "ssh host cat" + (cipher.isEmpty() ? "" : ", AES-GCM");
            all.add(new Flow.Candidate(name + ", to", Flow.toProcess(ssh(site, cipher, "cat >/dev/null"))));
            all.add(new Flow.Candidate(
                    name + ", from", Flow.fromProcess(ssh(site, cipher, "head -c " + sizes.bytes + " /dev/zero"))));
        }
        all.add(new Flow.Candidate(MASTER + ", to", Flow.to(client, "Far-Master")));
        all.add(new Flow.Candidate(MASTER + ", from", Flow.from(client, "Far-Master")));
        Flow.measure(
                List.of(
                        new Flow.Candidate("", Flow.to(client, "Far")),
                        new Flow.Candidate("", Flow.from(client, "Far"))),
                2,
                1L << 29);
        Flow.measure(all, sizes.rounds, sizes.bytes);
        out.printf("%nloopback, %d MiB %22s%n", sizes.bytes >> 20, "MB/s");
        for (Flow.Candidate candidate : all) {
            out.printf("%-34s %8.0f%n", candidate.name(), candidate.rate());
        }
        goals.atLeast(
                "throughput to, this chain / ssh host cat",
                0.9,
                all.get(0).rate() / all.get(2).rate(),
                "x");
        goals.atLeast(
                "throughput from, this chain / ssh host cat",
                0.9,
                all.get(1).rate() / all.get(3).rate(),
                "x");
    }

    private static List<String> ssh(Site site, String cipher, String command) {
        List<String> words = new ArrayList<>(site.ssh(false, command));
        if (!cipher.isEmpty()) {
            words.addAll(1, List.of("-c", cipher));
        }
        return words;
    }

    /** Hosts of their own: what others have left behind in a heap is not counted. */
    private void idle() throws IOException, InterruptedException, RegistryException {
        try (Site site = new Site("127.0.0.1", List.of())) {
            IdleCalls.Result result = IdleCalls.hold(site, IDLE);
            out.printf(
                    "%n%d idle calls: %.0f MiB at the local host, %.0f MiB at the far one, %.1f KiB a call at both%n",
                    result.calls(), result.localMib(), result.farMib(), result.perCallKib());
            goals.atMost("memory of the local host with 5,000 idle calls", 512, result.localMib(), "MiB");
            goals.atMost("memory of the far host with 5,000 idle calls", 512, result.farMib(), "MiB");
        }
    }

    private void overTheWire() throws Exception {
        Optional<String> missing = NetworkLink.missing();
        if (missing.isPresent()) {
            out.println("\nnot measured at 40 ms: " + missing.get());
            return;
        }
        try (NetworkLink link = new NetworkLink(ONE_WAY, 0);
                Site site = new Site(link.address(), link.prefix())) {
            double roundTrip = roundTrip(link);
            List<Way> ways = ways(site, 10);
            Latency.warm(ways.getFirst(), Site.SOCKET, sizes.warm / 8);
            List<Latency.Result> results = Latency.measure(site, ways, Site.SOCKET);
            site.checkMasters();
            print("a wire of %.1f ms there and back".formatted(roundTrip), results);
            goals.atMost(
                    "at 40 ms: median of a call in round trips",
                    1.1,
                    results.getFirst().median() / roundTrip,
                    "x");
        }
    }

    /** The median time of one byte there and back. */
    private static double roundTrip(NetworkLink link) throws Exception {
        try (ServerSocket server = link.inside(() -> {
                    ServerSocket socket = new ServerSocket();
                    socket.bind(new InetSocketAddress(link.address(), 0));
                    return socket;
                });
                Socket near = new Socket(link.address(), server.getLocalPort());
                Socket far = server.accept()) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            long[] times = new long[15];
            for (int i = 0; i < times.length; i++) {
                long start = System.nanoTime();
                ping(near, far);
                ping(far, near);
                times[i] = System.nanoTime() - start;
            }
            Arrays.sort(times);
            return times[times.length / 2] / 1e6;
        }
    }

    private static void ping(Socket from, Socket to) throws IOException {
        OutputStream out = from.getOutputStream();
        out.write(1);
        InputStream in = to.getInputStream();
        if (in.read() != 1) {
            throw new IOException("the wire changed a byte");
        }
    }
}
