package org.qair.client;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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

/** Answers {@link Training} in a directory of its own, from when it says `ready` until it is asked for {@link #END}, a minute at most. */
final class TrainingHost implements Switchboard {
    /** The service that is refused, and ends the training. */
    static final String END = "training.End";

    private final CountDownLatch ended = new CountDownLatch(1);
    private final VchanLocation location;
    private final Path file;

    private TrainingHost(VchanLocation location, Path file) {
        this.location = location;
        this.file = file;
    }

    /** Runs it in the directory that is named. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path directory = Path.of(arguments[0]);
        Path socket = directory.resolve("agent");
        LocalCaller caller = new LocalCaller(new QubeName("training"), 1, directory);
        VchanLocation location = new VchanLocation(caller.domain(), directory);
        location.write(VchanLocation.file(socket));
        TrainingHost host = new TrainingHost(location, VchanLocation.file(socket));
        TriggerSocket door = TriggerSocket.open(
                socket,
                PosixFilePermissions.fromString("rw-------"),
                caller,
                host,
                new DataPorts(),
                System.err::println);
        System.out.println("ready");
        boolean ignored = host.ended.await(1, TimeUnit.MINUTES);
        door.close();
    }

    @Override
    public AdmittedCall admit(UncheckedCall call) throws CallException {
        if (call.service().equals(END)) {
            ended.countDown();
            throw new CallException.Refused("it was the end of the training");
        }
        letNextOneDoWithoutVchan();
        return new Echo();
    }

    private void letNextOneDoWithoutVchan() throws CallException.Failed {
        try {
            location.orInBand().write(file);
        } catch (IOException failure) {
            throw new CallException.Failed("`%s` cannot be written".formatted(file), failure);
        }
    }

    private static final class Echo implements AdmittedCall {
        private final CallId id = CallId.random();

        @Override
        public CallId id() {
            return id;
        }

        @Override
        public int run(Streams streams) {
            try {
                streams.stdin().transferTo(streams.stdout());
                streams.stderr().write('x');
                return 0;
            } catch (IOException lost) {
                return 125;
            }
        }

        @Override
        public void abandon(String reason) {
            System.err.println(reason);
        }
    }
}
