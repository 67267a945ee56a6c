package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;

/** A far host that misbehaves, in a process of its own. It harms the calls that were made to it, and no others of the same relay. */
@Timeout(120)
class MaliciousHostTest {
    private static final QubeName RELAY = new QubeName("Local-Relay");

    @TempDir
    Path directory;

    @TempDir
    static Path shared;

    private static Process process;
    private static BufferedReader events;
    private static int port;
    private EndpointFixture good;
    private SshTransport transport;
    private final BlockingQueue<Object> bystander = new LinkedBlockingQueue<>();
    private final BlockingQueue<Object> victim = new LinkedBlockingQueue<>();

    @BeforeAll
    static void startHost() throws Exception {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MaliciousHost.class.getName(),
                        key().toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        events = process.inputReader(StandardCharsets.UTF_8);
        port = Integer.parseInt(events.readLine());
    }

    @AfterAll
    static void endHost() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static Path key() {
        return shared.resolve("evil");
    }

    @BeforeEach
    void start() throws Exception {
        good = new EndpointFixture(directory);
        Peer evil = Peer.of(
                "evil",
                "127.0.0.1",
                port,
                "qair",
                List.of(SshKeys.loadOrCreate(key(), "evil").getPublic()),
                good.identity);
        transport = new SshTransport(
                (relay, remote) -> new RemoteRoute.ToPeer("d", remote.value().equals("Evil") ? evil : good.peer()));
        Thread ignored = inThread(bystander, "Good+gate", Caller.silent());
        assertThat(good.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("arrived");
    }

    @AfterEach
    void nobodyElseNoticed() throws Exception {
        assertThat(call("Good+describe", Caller.silent())).as("a new call").isZero();
        good.switchboard.gate.countDown();
        assertThat(bystander.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the call that ran all the time")
                .isEqualTo(0);
        transport.close();
        good.close();
    }

    private int call(String argument, Streams caller) throws CallException, InterruptedException {
        return transport.run(
                new Call(
                        CallId.random(),
                        new QubeName("Local-Qube"),
                        Optional.empty(),
                        new RequestedTarget.Named(RELAY),
                        RELAY,
                        new ServiceName("qubesair.SSHProxy", Optional.of(argument)),
                        Optional.empty()),
                caller);
    }

    private Thread inThread(BlockingQueue<Object> outcomes, String argument, Streams caller) {
        return Thread.ofVirtual().start(() -> {
            try {
                outcomes.add(call(argument, caller));
            } catch (CallException | InterruptedException | RuntimeException ended) {
                outcomes.add(ended);
            }
        });
    }

    private void awaitEvent(String event) throws Exception {
        for (String line = events.readLine(); !event.equals(line); line = events.readLine()) {
            assertThat(line).as("the malicious host lives").isNotNull();
        }
    }

    @Test
    void outputWithoutEndStopsWhereNobodyReadsItAndEndsWithTheCaller() throws Exception {
        StuckOutput stuck = new StuckOutput();
        Thread thread = inThread(victim, "Evil+endless", stuck.caller());
        awaitEvent("stalled");
        assertThat(call("Good+describe", Caller.silent())).as("meanwhile").isZero();
        thread.interrupt();
        assertThat(victim.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        awaitEvent("endless ended");
    }

    @Test
    void aCallThatEndsWithoutAnExitCodeFails() throws Exception {
        Thread ignored = inThread(victim, "Evil+no-exit-code", Caller.silent());
        assertThat(victim.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        CallException.Failed.class,
                        failed -> assertThat(failed)
                                .hasMessageContaining("the connection was lost before the service ended"));
    }

    @ParameterizedTest
    @CsvSource({"wide-frame, Bad length (200000)", "huge-frame, the connection was lost before the service ended: "})
    void framesBeyondAllLimitsEndTheConnection(String frame, String reason) throws Exception {
        Caller caller = Caller.silent();
        Thread ignored = inThread(victim, "Evil+" + frame, caller);
        assertThat(victim.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        CallException.Failed.class, failed -> assertThat(failed).hasMessageContaining(reason));
        assertThat(caller.bytes()).as("what it said").isEmpty();
    }

    @Test
    void whatItDoesNotReadIsNotKeptForIt() throws Exception {
        Thread thread = inThread(victim, "Evil+deaf", new Caller(new EndlessInput()));
        awaitEvent("deaf");
        assertThat(call("Good+describe", Caller.silent())).as("meanwhile").isZero();
        thread.interrupt();
        assertThat(victim.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        awaitEvent("deaf ended");
    }
}
