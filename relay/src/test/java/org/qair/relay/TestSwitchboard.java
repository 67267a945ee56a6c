package org.qair.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/** A small switchboard with services of its own, each named for what it does. */
public final class TestSwitchboard implements Switchboard {
    public final List<UncheckedCall> admitted = new CopyOnWriteArrayList<>();
    public final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    public final CountDownLatch gate = new CountDownLatch(1);

    @Override
    public AdmittedCall admit(UncheckedCall call) throws CallException, InterruptedException {
        ServiceName service;
        try {
            service = ServiceName.parse(call.service());
            call.requestedSource().ifPresent(QubeName::new);
        } catch (InvalidNameException e) {
            throw new CallException.Refused(String.valueOf(e.getMessage()));
        }
        if (service.name().equals("refused")) {
            throw new CallException.Refused("policy says no to the secret service");
        }
        if (service.name().equals("failed")) {
            throw new CallException.Failed("the secret disk is full");
        }
        admitted.add(call);
        return new Admitted(call, service);
    }

    private int serve(UncheckedCall call, ServiceName service, Streams streams)
            throws IOException, InterruptedException {
        switch (service.name()) {
            case "echo" -> streams.stdin().transferTo(streams.stdout());
            case "describe", "-minus" -> write(streams, call.toString());
            case "length" -> write(streams, String.valueOf(call.service().length()));
            case "stderr" -> streams.stdin().transferTo(streams.stderr());
            case "interleave" -> interleave(streams);
            case "half" -> half(streams);
            case "wait" -> await(streams);
            case "closed" -> closed(streams);
            case "gate" -> {
                events.add("arrived");
                gate.await();
            }
            case "endless" -> endless(streams);
            default -> {
                return 127;
            }
        }
        return service.argument()
                .filter(text -> text.matches("\\d+"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    private static void write(Streams streams, String text) throws IOException {
        streams.stdout().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void interleave(Streams streams) throws IOException {
        for (int i = 0; i < 100; i++) {
            streams.stdout().write('o');
            streams.stderr().write('e');
        }
    }

    /** Ends its own output first, and tells what it read after that. */
    private void half(Streams streams) throws IOException {
        write(streams, "bye");
        streams.stdout().close();
        streams.stderr().close();
        events.add("read " + new String(streams.stdin().readAllBytes(), StandardCharsets.UTF_8));
    }

    /** Has ended its output and read all its input, and runs on. */
    private void closed(Streams streams) throws IOException, InterruptedException {
        half(streams);
        try {
            gate.await();
        } catch (InterruptedException e) {
            events.add("interrupted");
            throw e;
        }
    }

    private void await(Streams streams) throws IOException, InterruptedException {
        write(streams, "started\n");
        events.add("started");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            events.add("interrupted");
            throw e;
        }
    }

    private void endless(Streams streams) throws IOException {
        byte[] chunk = new byte[64 * 1024];
        try {
            while (true) {
                streams.stdout().write(chunk);
            }
        } catch (IOException e) {
            events.add("write failed");
            throw e;
        }
    }

    private final class Admitted implements AdmittedCall {
        private final CallId id = CallId.random();
        private final UncheckedCall call;
        private final ServiceName service;

        Admitted(UncheckedCall call, ServiceName service) {
            this.call = call;
            this.service = service;
        }

        @Override
        public CallId id() {
            return id;
        }

        @Override
        public int run(Streams streams) throws InterruptedException {
            try {
                return serve(call, service, streams);
            } catch (IOException e) {
                events.add("lost: " + e.getMessage());
                return 125;
            }
        }

        @Override
        public void abandon(String reason) {
            events.add("abandoned");
        }
    }
}
