package org.qair.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.qair.call.Call;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;
import org.qair.relay.peer.Peer;
import org.qair.relay.peer.RemoteRoute;

/** A transport with one peer, through which calls of Local-Qube to Remote-Qube go. */
public final class TransportFixture implements AutoCloseable {
    private static final QubeName RELAY = new QubeName("Local-Relay");

    public final SshTransport transport;
    public final Peer peer;
    /** Exit codes and exceptions of the calls in threads of their own. */
    public final BlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

    public final BlockingQueue<CallStages> stages = new LinkedBlockingQueue<>();

    public volatile String remoteName = "Far-Name";

    public TransportFixture(Peer peer) {
        this.peer = peer;
        transport = new SshTransport(
                (relay, remoteVm) -> {
                    if (!relay.equals(RELAY) || !remoteVm.value().equals("Remote-Qube")) {
                        throw new CallException.Refused("no route");
                    }
                    return new RemoteRoute.ToPeer(remoteName, peer);
                },
                new HeldConnections(),
                (call, times) -> stages.add(times));
    }

    public int call(String service, Streams caller) throws CallException, InterruptedException {
        return callRaw("Remote-Qube+" + service, caller);
    }

    public int callRaw(String argument, Streams caller) throws CallException, InterruptedException {
        ServiceName service = new ServiceName("qubesair.SSHProxy", Optional.of(argument));
        return transport.run(
                new Call(
                        CallId.random(),
                        new QubeName("Local-Qube"),
                        Optional.empty(),
                        new RequestedTarget.Named(RELAY),
                        RELAY,
                        service,
                        Optional.empty()),
                caller);
    }

    public Thread callInThread(String service, Streams caller) {
        return Thread.ofVirtual().start(() -> {
            try {
                outcomes.add(call(service, caller));
            } catch (CallException | InterruptedException | RuntimeException e) {
                outcomes.add(e);
            }
        });
    }

    /** Waits until a channel was opened ahead of the next call. */
    CallChannel awaitReadyChannel() {
        while (true) {
            Optional<CallChannel> ready = transport.connections(peer).places().firstReady();
            if (ready.isPresent()) {
                return ready.get();
            }
            Thread.onSpinWait();
        }
    }

    public void awaitConnected() {
        while (transport.connections(peer).size() == 0) {
            Thread.onSpinWait();
        }
    }

    /** Waits until no connection is left. */
    public void awaitLoss() {
        while (transport.connections(peer).size() > 0) {
            Thread.onSpinWait();
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    /** A caller with its three streams. */
    public static final class Caller implements Streams {
        private final InputStream stdin;
        private final Collected stdout = new Collected();
        private final Collected stderr = new Collected();

        public Caller(InputStream stdin) {
            this.stdin = stdin;
        }

        public static Caller silent() {
            return new Caller(InputStream.nullInputStream());
        }

        @Override
        public InputStream stdin() {
            return stdin;
        }

        @Override
        public OutputStream stdout() {
            return stdout;
        }

        @Override
        public OutputStream stderr() {
            return stderr;
        }

        public byte[] bytes() {
            return stdout.toByteArray();
        }

        public String text() {
            return stdout.toString(StandardCharsets.UTF_8);
        }

        public String stderrText() {
            return stderr.toString(StandardCharsets.UTF_8);
        }

        /** A caller that sends one byte, waits until something came back, and then cannot be read any more. */
        public static Caller breaking() {
            CompletableFuture<Caller> self = new CompletableFuture<>();
            Caller caller = new Caller(new InputStream() {
                private boolean sent;

                @Override
                public int read() throws IOException {
                    if (sent) {
                        self.join().awaitStdoutWritten();
                        throw new IOException("torn");
                    }
                    sent = true;
                    return 'x';
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    bytes[offset] = (byte) read();
                    return 1;
                }
            });
            self.complete(caller);
            return caller;
        }

        private void awaitStdoutWritten() throws IOException {
            try {
                stdout.written.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        public void awaitStdoutClosed() {
            try {
                stdout.closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class Collected extends ByteArrayOutputStream {
        private final CountDownLatch closed = new CountDownLatch(1);
        private final CountDownLatch written = new CountDownLatch(1);

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            written.countDown();
        }

        @Override
        public void close() {
            closed.countDown();
        }
    }
}
