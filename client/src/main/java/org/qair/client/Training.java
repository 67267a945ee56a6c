package org.qair.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.call.Switchboard;
import org.qair.channel.DataPorts;
import org.qair.channel.LocalCaller;
import org.qair.channel.TriggerSocket;
import org.qair.channel.VchanLocation;
import org.qair.policy.QubeName;

/** Makes one call to a service in this JVM, so that a cache of classes made from its run holds what a call needs. */
final class Training {
    private Training() {}

    /** Runs the call in a directory of its own. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Files.createTempDirectory("qair-training-");
        Path socket = directory.resolve("agent");
        LocalCaller caller = new LocalCaller(new QubeName("training"), 1, directory);
        new VchanLocation(caller.domain(), directory).write(VchanLocation.file(socket));
        TriggerSocket door = TriggerSocket.open(
                socket,
                PosixFilePermissions.fromString("rw-------"),
                caller,
                call -> new Echo(),
                new DataPorts(),
                System.err::println);
        try {
            Main.run("--agent-socket=" + socket, "-p", "x", "--", "@default", "training+echo");
            Main.run("--agent-socket=" + directory.resolve("absent"), "@default", "training");
        } finally {
            door.close();
            try (Stream<Path> left = Files.list(directory)) {
                for (Path file : left.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static final class Echo implements Switchboard.AdmittedCall {
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
