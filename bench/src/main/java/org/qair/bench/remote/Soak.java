package org.qair.bench.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;
import org.qair.registry.RegistryException;

/**
 * Calls without a pause for a number of minutes, while connections are cut and, in the first half, hosts are killed. Every call must
 * succeed once or fail once at its caller, and run at most once, by the services' own ledger; in the second half hosts must not grow.
 * Both audits must verify at the end. Ends with 1 when something is not so.
 */
final class Soak implements AutoCloseable {
    private static final int CALLERS = 16;
    private static final int PROGRAM_EVERY = 5;
    private static final Duration LONGEST_CALL = Duration.ofMinutes(4);
    private static final Duration SLOW = Duration.ofSeconds(30);
    private static final Duration HICCUP = Duration.ofMillis(50);

    private final PrintStream out = System.out;
    private final Random random = new Random(6);
    private final Path directory = Files.createTempDirectory("qair-soak-");
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger hung = new AtomicInteger();
    private final QairHost far;
    private final CutProxy proxy;
    private final QairHost local;
    private final Ledger ledger;
    private final SlowCalls slow;
    private volatile boolean ended;
    private volatile Phaser pause = new Phaser(0);

    private Soak() throws IOException, InterruptedException, RegistryException {
        Path localRoot = directory.resolve("l");
        Path farRoot = directory.resolve("r");
        int port = freePort();
        far = new QairHost(
                farRoot,
                List.of(),
                qubes -> {
                    QairHost.local(qubes, "Remote-Relay", "work");
                    QairHost.remote(qubes, "Local-Qube", "Remote-Relay", "none");
                },
                """
                [endpoint]
                listen = "127.0.0.1:%d"
                [[endpoint.relay]]
                name = "Remote-Relay"
                key = "%s"
                """.formatted(port, QairHost.qair(localRoot, "key", "show", "Local-Relay")),
                "* * Local-Qube work allow");
        proxy = new CutProxy(port);
        local = new QairHost(
                localRoot,
                List.of(),
                qubes -> {
                    QairHost.local(qubes, "Local-Relay", "Local-Qube");
                    QairHost.remote(qubes, "Far", "Local-Relay", "qubesair.SSHProxy");
                },
                """
                [[peer]]
                name = "far"
                address = "127.0.0.1:%d"
                host-key = "%s"
                """.formatted(proxy.port(), QairHost.qair(farRoot, "key", "show", "--endpoint")),
                "* * Local-Qube Far allow");
        ledger = new Ledger(far.services(), directory.resolve("ledger"));
        slow = new SlowCalls(() -> List.of(local.process(), far.process(), ProcessHandle.current()));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Minutes: 30, unless the first word says otherwise. */
    public static void main(String[] words) throws Exception {
        double minutes = words.length > 0 ? Double.parseDouble(words[0]) : 30;
        List<String> faults;
        try (Soak soak = new Soak()) {
            faults = soak.run(Duration.ofMillis((long) (minutes * 60_000)));
            faults.forEach(soak.out::println);
            soak.out.println(faults.isEmpty() ? "all is as it must be" : faults.size() + " faults");
        }
        System.exit(faults.isEmpty() ? 0 : 1);
    }

    private List<String> run(Duration time) throws IOException, InterruptedException {
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            callers.add(Thread.ofVirtual().start(this::call));
        }
        Duration part = time.dividedBy(4);
        disturb(part.multipliedBy(2), true);
        report("cuts and kills");
        disturb(part.dividedBy(2), false);
        List<Health> before = measure();
        disturb(part.multipliedBy(3).dividedBy(2), false);
        List<Health> after = measure();
        ended = true;
        for (Thread caller : callers) {
            caller.join();
        }
        report("cuts alone");
        List<String> faults = ledger.faults();
        faults.addAll(after.get(0).grown("local", before.get(0)));
        faults.addAll(after.get(1).grown("far", before.get(1)));
        if (hung.get() > 0) {
            faults.add("%d calls had not ended in %s".formatted(hung.get(), LONGEST_CALL));
        }
        for (String host : List.of("l", "r")) {
            out.println(QairHost.qair(directory.resolve(host), "audit", "verify"));
        }
        return faults;
    }

    private void report(String part) {
        out.printf(
                "%s: %d calls so far, %d of them failed at their callers%n", part, ledger.calls(), ledger.failures());
    }

    /** Cuts connections every few seconds, and kills a host instead where that is wanted. */
    private void disturb(Duration time, boolean kills) throws IOException {
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long wait = Math.min(Duration.ofMillis(random.nextInt(1000, 20_000)).toNanos(), end - System.nanoTime());
            LockSupport.parkNanos(wait);
            switch (kills ? random.nextInt(4) : 0) {
                case 2 -> far.killAndStart();
                case 3 -> local.killAndStart();
                default -> proxy.cut();
            }
        }
    }

    /** Lets the calls of now end, and looks at both hosts before there are others. */
    private List<Health> measure() throws IOException, InterruptedException {
        Phaser quiet = new Phaser(CALLERS + 1);
        pause = quiet;
        quiet.awaitAdvance(quiet.arrive());
        List<Health> found = List.of(Health.of(local.process()), Health.of(far.process()));
        out.printf("local %s, far %s%n", found.get(0), found.get(1));
        pause = new Phaser(0);
        quiet.arriveAndDeregister();
        return found;
    }

    private void call() {
        QrexecClient client = QrexecClient.at(local.socket("Local-Qube"))
                .withTimeout(LONGEST_CALL)
                .withErrors(OutputStream.nullOutputStream());
        while (!ended) {
            waitWhilePaused();
            long number = next.getAndIncrement();
            slow.begin(number);
            boolean success = call(client, number);
            slow.end(number);
            ledger.told(number, success);
            if (!success) {
                LockSupport.parkNanos(HICCUP.toNanos()); // a host that is being started refuses at once
            }
        }
    }

    private void waitWhilePaused() {
        Phaser quiet = pause;
        if (quiet.getRegisteredParties() > 0) {
            quiet.awaitAdvance(quiet.arrive());
            quiet.awaitAdvance(quiet.arriveAndDeregister());
        }
    }

    private boolean call(QrexecClient client, long number) {
        long start = System.nanoTime();
        String service = (number % PROGRAM_EVERY == 0 ? Ledger.PROGRAM : Ledger.SOCKET) + "+" + number;
        try (QrexecCall call = client.call("Far", service)) {
            call.stdin().close();
            String said = new String(call.stdout().readAllBytes(), StandardCharsets.US_ASCII);
            return call.exitCode() == 0 && said.equals(number + "\n");
        } catch (IOException failed) {
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            if (time.compareTo(LONGEST_CALL) >= 0) {
                hung.incrementAndGet();
            }
            if (time.compareTo(SLOW) > 0) {
                out.printf("call %d failed after %d s: %s%n", number, time.toSeconds(), failed.getMessage());
            }
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        slow.close();
        local.close();
        far.close();
        proxy.close();
        ledger.close();
        Programs.delete(directory);
    }
}
