package org.qair.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallException;
import org.qair.relay.TransportFixture.Caller;
import org.qair.relay.endpoint.EndpointFixture;
import org.qair.relay.keys.SshKeys;
import org.qair.relay.peer.Peer;

/** Our transport against our endpoint. */
class SshTransportTest {
    @TempDir
    Path directory;

    private EndpointFixture far;
    private TransportFixture near;

    @BeforeEach
    void open() throws IOException {
        far = new EndpointFixture(directory);
        near = new TransportFixture(far.peer());
    }

    @AfterEach
    void close() throws IOException {
        near.close();
        far.close();
    }

    @Test
    void carriesBytesUnchangedBothWays() throws Exception {
        byte[] bytes = new byte[5_000_000];
        new Random(1).nextBytes(bytes);
        Caller caller = new Caller(new ByteArrayInputStream(bytes));
        assertThat(near.call("echo", caller)).isZero();
        assertThat(caller.bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 125, 126, 127, 255})
    void givesTheExitCodeOfTheService(int code) throws Exception {
        assertThat(near.call("echo+" + code, Caller.silent())).isEqualTo(code);
    }

    @Test
    void givesTheRefusalOfTheFarPolicy() throws Exception {
        Caller caller = Caller.silent();
        assertThat(near.call("refused", caller)).isEqualTo(126);
        assertThat(caller.stderrText()).isEqualTo("Request refused\n");
        assertThat(near.call("unknown", Caller.silent())).isEqualTo(127);
    }

    @Test
    void keepsStdoutAndStderrApart() throws Exception {
        Caller caller = Caller.silent();
        near.call("interleave", caller);
        assertThat(caller.text()).isEqualTo("o".repeat(100));
        assertThat(caller.stderrText()).isEqualTo("e".repeat(100));
    }

    @Test
    void namesSourceAndTargetAndKeepsArgumentsAsTheyAre() throws Exception {
        for (String service : List.of("describe", "describe+", "-minus", "describe+a+b+")) {
            Caller caller = Caller.silent();
            assertThat(near.call(service, caller)).isZero();
            assertThat(caller.text())
                    .contains("requestedSource=Optional[Local-Qube]", "target=Far-Name", "service=" + service + ",");
        }
        Caller caller = Caller.silent();
        near.call("length+" + "x".repeat(60_000), caller);
        assertThat(caller.text()).isEqualTo("60007");
    }

    @Test
    void endsWithTheServiceThoughTheCallerSendsForEver() throws Exception {
        Caller endless = new Caller(new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                return length;
            }
        });
        assertThat(near.call("describe+7", endless)).isEqualTo(7);
    }

    @Test
    void endsWithTheServiceThoughTheCallerSendsNothing() throws Exception {
        BlockedInput blocked = new BlockedInput();
        assertThat(near.call("describe+7", new Caller(blocked))).isEqualTo(7);
        assertThat(blocked.closed.await(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void theServiceMayEndItsOutputFirst() throws Exception {
        BlockedInput input = new BlockedInput();
        Caller caller = new Caller(input);
        Thread sender = Thread.ofVirtual().start(() -> {
            caller.awaitStdoutClosed();
            input.say("late");
        });
        assertThat(near.call("half+4", caller)).isEqualTo(4);
        sender.join();
        assertThat(caller.text()).isEqualTo("bye");
        assertThat(far.switchboard.events.poll()).isEqualTo("read late");
    }

    @Test
    void anInterruptEndsTheFarCallAtOnce() throws Exception {
        Thread call = near.callInThread("wait", new Caller(new BlockedInput()));
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("started");
        call.interrupt();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        call.join();
        assertThat(near.outcomes.take()).isInstanceOf(InterruptedException.class);
        assertThat(near.call("echo", Caller.silent())).isZero();
    }

    @Test
    void anInterruptEndsAServiceThatHasClosedItsStreams() throws Exception {
        Thread call = near.callInThread("closed", Caller.silent());
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("read ");
        call.interrupt();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        call.join();
    }

    @Test
    void aCallerWhoseInputBreaksIsNoEndOfInput() throws Exception {
        Caller broken = Caller.breaking();
        assertThatThrownBy(() -> near.call("echo", broken))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("torn");
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .startsWith("lost: ");
    }

    @Test
    void manyCallsAtOnceShareOneConnection() throws Exception {
        List<Thread> calls = new ArrayList<>();
        int count = 1000;
        for (int i = 0; i < count; i++) {
            calls.add(near.callInThread("gate", Caller.silent()));
        }
        for (int i = 0; i < count; i++) {
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("arrived");
        }
        assertThat(near.transport.connections(far.peer()).size()).isEqualTo(1);
        far.switchboard.gate.countDown();
        for (Thread call : calls) {
            call.join();
        }
        assertThat(near.outcomes).hasSize(count).containsOnly(0);
    }

    @Test
    void trap7CallsTakeNoPlatformThreads() throws Exception {
        assertThat(near.call("echo", Caller.silent())).isZero();
        int before = Thread.getAllStackTraces().size(); // platform threads alone
        List<Thread> calls = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            calls.add(near.callInThread("gate", new Caller(new BlockedInput())));
        }
        for (int i = 0; i < 200; i++) {
            assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("arrived");
        }
        assertThat(Thread.getAllStackTraces().size()).isLessThan(before + 50);
        far.switchboard.gate.countDown();
        for (Thread call : calls) {
            call.join();
        }
        assertThat(near.outcomes).hasSize(200).containsOnly(0);
    }

    @Test
    void aHostKeyThatIsNotPinnedIsRefusedWithBothFingerprints() throws Exception {
        PublicKey pinned = SshKeys.generate().getPublic();
        Peer wrong = Peer.of("far", "127.0.0.1", far.endpoint.port(), "x", List.of(pinned), far.identity);
        try (TransportFixture other = new TransportFixture(wrong)) {
            assertThatThrownBy(() -> other.call("echo", Caller.silent()))
                    .isInstanceOf(CallException.Failed.class)
                    .hasMessageContaining("peer `far`")
                    .hasMessageContaining(SshKeys.fingerprint(far.endpoint.hostKey()))
                    .hasMessageContaining(SshKeys.fingerprint(pinned));
        }
        assertThat(far.switchboard.admitted).isEmpty();
    }

    @Test
    void aRevokedKeyEndsItsCallsAndOpensNoMore() throws Exception {
        Thread call = near.callInThread("wait", Caller.silent());
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("started");
        far.keys.clear();
        far.endpoint.recheckKeys();
        assertThat(far.switchboard.events.poll(Tools.PATIENCE_SECONDS, TimeUnit.SECONDS))
                .isEqualTo("interrupted");
        call.join();
        assertThat(near.outcomes.take()).isInstanceOf(CallException.Failed.class);
        assertThatThrownBy(() -> near.call("echo", Caller.silent())).isInstanceOf(CallException.Failed.class);
        far.keys.put(far.identityKey.getPublic(), EndpointFixture.RELAY);
        assertThat(near.call("echo", Caller.silent())).isZero();
    }

    @Test
    void aPeerThatIsNotThereIsAClearFailure() throws Exception {
        int port = far.endpoint.port();
        far.endpoint.close();
        assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("peer `far`")
                .hasMessageContaining(String.valueOf(port));
    }

    @Test
    void refusesAnArgumentThatNamesNoQubeAndService() {
        for (String argument : List.of("", "Remote-Qube", "Remote-Qube+", "+svc", "9+svc")) {
            assertThatThrownBy(() -> near.callRaw(argument, Caller.silent())).isInstanceOf(CallException.Refused.class);
        }
    }

    @Test
    void refusesARemoteNameThatAShellWouldRead() throws Exception {
        near.remoteName = "x;reboot";
        assertThatThrownBy(() -> near.call("echo", Caller.silent()))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContaining("`;`");
    }

    @Test
    void aCallLeavesNoPlaceAndNoWindowTaken() throws Exception {
        long before = far.windowsLeft();
        for (int i = 0; i < 50; i++) {
            assertThat(near.call("echo", Caller.silent())).isZero();
        }
        near.close();
        while (far.windowsLeft() != before) {
            Thread.onSpinWait(); // the far end puts away what the near one has left
        }
    }

    @Test
    void textIsText() throws Exception {
        Caller caller = new Caller(new ByteArrayInputStream("grüße".getBytes(StandardCharsets.UTF_8)));
        near.call("stderr", caller);
        assertThat(caller.stderrText()).isEqualTo("grüße");
    }
}
