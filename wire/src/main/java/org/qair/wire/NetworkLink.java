package org.qair.wire;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A network namespace and the one wire to it. Each packet takes the delay that the wire has in that direction, some are
 * lost, and a cut wire carries nothing; TCP at both ends is the kernel's. (Its own {@code netem} is not in every kernel.)
 */
public final class NetworkLink implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int PACKET = 2048;

    private final String namespace;
    private final String address;

    private final String nearDevice;
    private final String farDevice;
    private final String nearAddress;
    private final int near;
    private final int far;
    private final Duration delay;
    private final double loss;
    private final List<Thread> threads = new ArrayList<>();
    private List<String> nearNamespace = List.of("ip");
    private volatile boolean cut;

    /** What this machine lacks for one. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("no /dev/net/tun here");
        }
        return Files.isExecutable(Path.of("/usr/sbin/ip"))
                ? Optional.empty()
                : Optional.of("no /usr/sbin/ip (iproute2) here");
    }

    /**
     * Puts up the wire.
     *
     * @param delay in each direction
     * @param loss share of the packets that is lost
     */
    public NetworkLink(Duration delay, double loss) throws IOException, InterruptedException {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
        this.delay = delay;
        this.loss = loss;
        long pid = ProcessHandle.current().pid();
        int number = COUNT.incrementAndGet();
        namespace = "qair-%d-%d".formatted(pid, number);
        nearDevice = "qa%dx%d".formatted(pid % 1_000_000, number);
        farDevice = "qb%dx%d".formatted(pid % 1_000_000, number);
        String subnet = "10.%d.%d".formatted(128 + number % 64, pid % 250);
        address = subnet + ".2";
        nearAddress = subnet + ".1";
        run(List.of("ip", "netns", "add", namespace));
        near = Native.openTun(nearDevice);
        far = Native.openTun(farDevice);
        run(List.of("ip", "link", "set", farDevice, "netns", namespace));
        near("addr", "add", nearAddress + "/30", "dev", nearDevice);
        near("link", "set", nearDevice, "up");
        inside("ip", "addr", "add", address + "/30", "dev", farDevice);
        inside("ip", "link", "set", farDevice, "up");
        inside("ip", "link", "set", "lo", "up");
        carry(near, far, new Random(1));
        carry(far, near, new Random(2));
    }

    public String namespace() {
        return namespace;
    }

    /** The other end's address, on that wire. */
    public String address() {
        return address;
    }

    /** The address of the end that is not in the namespace. */
    public String nearAddress() {
        return nearAddress;
    }

    /** The words before those of a program that is to run in the namespace. */
    public List<String> prefix() {
        return List.of("ip", "netns", "exec", namespace);
    }

    /** Takes this machine's end of the wire to another namespace, which then is the only one that reaches the far end. */
    public void moveNearEndTo(NetworkLink other) throws IOException, InterruptedException {
        run(List.of("ip", "link", "set", nearDevice, "netns", other.namespace));
        nearNamespace = List.of("ip", "-n", other.namespace);
        near("addr", "add", nearAddress + "/30", "dev", nearDevice);
        near("link", "set", nearDevice, "up");
    }

    private void near(String... command) throws IOException, InterruptedException {
        run(nearNamespace, command);
    }

    /** From now on nothing gets through, or everything again. */
    public void cut(boolean nothing) {
        cut = nothing;
    }

    /** Runs a program in the namespace. */
    public void inside(String... command) throws IOException, InterruptedException {
        run(prefix(), command);
    }

    /** Runs something whose sockets are the namespace's. */
    public <T> T inside(Callable<T> action) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            Native.enterNetwork(namespace);
            return action.call();
        });
        Thread.ofPlatform().start(task);
        try {
            return task.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    private static void run(List<String> words, String... more) throws IOException, InterruptedException {
        List<String> command = Stream.concat(words.stream(), Stream.of(more)).toList();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("`%s` failed: %s".formatted(String.join(" ", command), said.strip()));
        }
    }

    private void carry(int from, int to, Random random) {
        DelayQueue<Packet> wire = new DelayQueue<>();
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(PACKET);
                int count;
                while ((count = Native.read(from, buffer)) > 0) {
                    if (!cut && random.nextDouble() >= loss) {
                        byte[] bytes = buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
                        wire.add(new Packet(MemorySegment.ofArray(bytes), System.nanoTime() + delay.toNanos()));
                    }
                }
            }
        }));
        threads.add(Thread.ofPlatform().daemon().start(() -> {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(PACKET);
                while (true) {
                    MemorySegment bytes = wire.take().bytes();
                    buffer.copyFrom(bytes);
                    if (!cut) {
                        Native.write(to, buffer.asSlice(0, bytes.byteSize()));
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }));
    }

    @Override
    public void close() throws IOException {
        try {
            near("link", "del", nearDevice);
            inside("ip", "link", "del", farDevice);
            for (Thread thread : threads) {
                thread.interrupt();
                thread.join(); // a read from a device that is gone ends
            }
            Native.close(near);
            Native.close(far);
            run(List.of("ip", "netns", "del", namespace));
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private record Packet(MemorySegment bytes, long due) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(due, ((Packet) other).due);
        }
    }
}
