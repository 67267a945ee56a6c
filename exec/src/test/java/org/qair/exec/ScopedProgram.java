package org.qair.exec;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the service {@code svc} of a directory where there is a {@code systemd}, and says what came of it. */
final class ScopedProgram {
    private ScopedProgram() {}

    public static void main(String[] args) throws Exception {
        ServiceSettings settings = ServiceSettings.of(
                new ServicePath(List.of(Path.of(args[0]))), new ConfigPath(List.of()), Optional.of(args[1]), Map.of());
        TestStreams streams = new TestStreams();
        TestServices.Running run =
                TestServices.start(new FileService(settings).prepare(TestServices.call("svc"), false), streams);
        if (args[2].equals("cut off")) {
            streams.stdout.first.await();
            run.thread().interrupt();
            run.code().exceptionally(cutOff -> 0).join();
        } else {
            System.out.println("code " + run.code().get());
        }
        String output = new String(streams.stdout.bytes(), StandardCharsets.UTF_8);
        System.out.print(output);
        long stray = Long.parseLong(output.lines().findFirst().orElseThrow());
        ProcessHandle.of(stray).ifPresent(process -> process.onExit().join());
        System.out.println("the stray has ended");
    }
}
