package org.qair.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.qair.call.CallException;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.call.UncheckedCall;
import org.qair.channel.DataPorts;
import org.qair.channel.LocalCaller;
import org.qair.channel.TriggerSocket;
import org.qair.channel.VchanLocation;
import org.qair.policy.QubeName;

/** A host of one qube, with a real trigger socket and services that are written in place. */
final class TestHost implements Switchboard, AutoCloseable {
    /** What stands for a service. */
    interface Body {
        int run(UncheckedCall call, Streams streams) throws IOException, InterruptedException;
    }

    /** What happens before an answer. */
    interface Decision {
        void take(UncheckedCall call) throws InterruptedException;
    }

    final Path socket;
    volatile Decision decide = call -> {};
    final List<UncheckedCall> asked = new CopyOnWriteArrayList<>();
    final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final Map<String, Body> services = new ConcurrentHashMap<>();
    private final TriggerSocket door;

    TestHost(Path directory) throws IOException {
        this(directory, false);
    }

    /** @param inBand whether clients are told to send their data on the connection of the request */
    TestHost(Path directory, boolean inBand) throws IOException {
        socket = directory.resolve("qrexec-agent");
        LocalCaller caller =
                new LocalCaller(new QubeName("work"), 7, Files.createDirectory(directory.resolve("vchan")));
        new VchanLocation(caller.domain(), caller.vchanDirectory(), inBand).write(VchanLocation.file(socket));
        door = TriggerSocket.open(
                socket, PosixFilePermissions.fromString("rw-------"), caller, this, new DataPorts(), log::add);
    }

    TestHost with(String name, Body body) {
        services.put(name, body);
        return this;
    }

    @Override
    public AdmittedCall admit(UncheckedCall call) throws CallException, InterruptedException {
        asked.add(call);
        try {
            decide.take(call);
        } catch (InterruptedException withdrawn) {
            ends.add("withdrawn");
            throw withdrawn;
        }
        Body body = services.get(call.service().split("\\+", 2)[0]);
        if (body == null) {
            throw new CallException.Refused("no such service");
        }
        return new Admitted(call, body);
    }

    @Override
    public void close() throws IOException {
        door.close();
    }

    private final class Admitted implements AdmittedCall {
        private final CallId id = CallId.random();
        private final UncheckedCall call;
        private final Body body;

        private Admitted(UncheckedCall call, Body body) {
            this.call = call;
            this.body = body;
        }

        @Override
        public CallId id() {
            return id;
        }

        @Override
        public int run(Streams streams) throws InterruptedException {
            try {
                int code = body.run(call, streams);
                ends.add("code " + code);
                return code;
            } catch (InterruptedException interrupt) {
                ends.add("interrupted");
                throw interrupt;
            } catch (IOException lost) {
                ends.add(Thread.interrupted() ? "interrupted" : "lost: " + lost.getMessage());
                return 125;
            }
        }

        @Override
        public void abandon(String reason) {
            ends.add("abandoned: " + reason);
        }
    }
}
