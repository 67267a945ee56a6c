package org.qair.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.audit.AuditRecord;

/** Much data, many calls, callers that die: through the whole chain, with hosts whose heap is 256 MiB at most. */
@Timeout(540)
class LoadTest {
    private static final int CHUNK = 1 << 20;
    private static final int CHUNKS = 1024;
    private static final int CALLS = 200;

    @TempDir
    static Path directory;

    private static TwoHosts hosts;

    @BeforeAll
    static void start() throws Exception {
        hosts = new TwoHosts(directory);
        hosts.local.environment("QAIR_JAVA_OPTS", "-Xmx256m");
        hosts.remote.environment("QAIR_JAVA_OPTS", "-Xmx256m");
        hosts.start();
        hosts.remote.service("test.Cat", "exec cat");
        hosts.remote.service("test.Wait", "echo $$; exec sleep 1000");
        hosts.remote.service("test.Deaf", "echo $$; exec sleep 1000");
        hosts.remote.service("test.Left", "sleep 1000 & echo $!");
    }

    @AfterAll
    static void stop() {
        hosts.close();
    }

    @Test
    void aGibibyteArrivesUnchangedAndComesBackUnchanged() throws Exception {
        Process caller = new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.Cat")).start();
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        MessageDigest received = MessageDigest.getInstance("SHA-256");
        Thread sender = Thread.ofPlatform().start(() -> send(caller.getOutputStream(), sent));
        long count = receive(caller.getInputStream(), received);
        sender.join();
        assertThat(caller.waitFor()).isZero();
        assertThat(count).isEqualTo((long) CHUNK * CHUNKS);
        assertThat(hex(received)).isEqualTo(hex(sent));
    }

    private static void send(OutputStream to, MessageDigest digest) {
        byte[] chunk = new byte[CHUNK];
        Random random = new Random(7);
        try (to) {
            for (int i = 0; i < CHUNKS; i++) {
                random.nextBytes(chunk);
                digest.update(chunk);
                to.write(chunk);
            }
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static long receive(InputStream from, MessageDigest digest) throws java.io.IOException {
        byte[] chunk = new byte[CHUNK];
        long count = 0;
        for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
            digest.update(chunk, 0, n);
            count += n;
        }
        return count;
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void callsByTheHundredAllSucceed() throws Exception {
        List<Callable<Finished>> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            byte[] payload = ("payload " + i).getBytes(StandardCharsets.UTF_8);
            calls.add(() -> hosts.call(payload, "test.Cat"));
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(CALLS)) {
            List<Future<Finished>> ended = threads.invokeAll(calls);
            for (int i = 0; i < CALLS; i++) {
                Finished finished = ended.get(i).get();
                assertThat(finished.exitCode()).as(finished.stderr()).isZero();
                assertThat(finished.stdout()).isEqualTo("payload " + i);
            }
        }
    }

    @Test
    void aCallerThatDiesFreesItsCallAtBothEnds() throws Exception {
        int localSeen = hosts.local.audit().size();
        int remoteSeen = hosts.remote.audit().size();
        Process caller = new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.Wait")).start();
        ProcessHandle service = ProcessHandle.of(
                        Long.parseLong(caller.inputReader().readLine()))
                .orElseThrow();
        caller.destroyForcibly().onExit().join();
        service.onExit().join();
        Await.until(() -> ended(hosts.local, localSeen) && ended(hosts.remote, remoteSeen));
    }

    @Test
    void soDoesOneWhoseServiceDoesNotReadWhatItSent() throws Exception {
        int localSeen = hosts.local.audit().size();
        int remoteSeen = hosts.remote.audit().size();
        Process caller = new ProcessBuilder(hosts.local.caller("Local-Qube", "--", "Remote-Qube", "test.Deaf"))
                .redirectInput(Path.of("/dev/zero").toFile())
                .start();
        ProcessHandle service = ProcessHandle.of(
                        Long.parseLong(caller.inputReader().readLine()))
                .orElseThrow();
        caller.destroyForcibly().onExit().join();
        service.onExit().join();
        Await.until(() -> ended(hosts.local, localSeen) && ended(hosts.remote, remoteSeen));
    }

    @Test
    void aProcessThatAServiceLeavesBehindDoesNotHoldTheCallOpen() throws Exception {
        Finished finished = hosts.call(new byte[0], "test.Left");
        assertThat(finished.exitCode()).isZero();
        ProcessHandle.of(Long.parseLong(finished.stdout().strip()))
                .ifPresent(left -> left.onExit().join());
    }

    private static boolean ended(TestHost host, int index) {
        List<AuditRecord> audit = host.audit();
        return audit.size() > index && audit.get(index).end().isPresent();
    }
}
