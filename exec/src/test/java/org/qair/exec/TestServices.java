package org.qair.exec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Assumptions;
import org.qair.call.Call;
import org.qair.call.CallId;
import org.qair.call.Streams;
import org.qair.policy.QubeName;
import org.qair.policy.RequestedTarget;
import org.qair.policy.ServiceName;

/** A qube's services and their configuration, in a directory. */
record TestServices(Path directory) {
    void script(String name, String... lines) throws IOException {
        Path file = directory.resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    void config(String name, String... lines) throws IOException {
        Files.createDirectories(configDirectory());
        Files.writeString(configDirectory().resolve(name), String.join("\n", lines) + "\n");
    }

    Path configDirectory() {
        return directory.resolve("rpc-config");
    }

    ServiceSettings settings() {
        return ServiceSettings.of(
                new ServicePath(List.of(directory)),
                new ConfigPath(List.of(configDirectory())),
                Optional.empty(),
                Map.of());
    }

    FileService files() {
        return new FileService(settings());
    }

    static Call call(String service) {
        return call(service, Optional.empty());
    }

    static Call call(String service, Optional<String> user) {
        return new Call(
                CallId.random(),
                new QubeName("vm1"),
                Optional.empty(),
                RequestedTarget.parse("work"),
                new QubeName("work"),
                ServiceName.parse(service),
                user);
    }

    String output(String service) throws Exception {
        return output(files(), call(service));
    }

    static String output(FileService files, Call call) throws Exception {
        TestStreams streams = TestStreams.sending("");
        int ignored = files.run(call, streams);
        return streams.stdout.text();
    }

    /** A run that has begun in a thread of its own. */
    record Running(Thread thread, CompletableFuture<Integer> code) {}

    static Running start(Prepared prepared, Streams streams) {
        CompletableFuture<Integer> code = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> {
            try {
                code.complete(prepared.run(streams));
            } catch (Exception failed) {
                code.completeExceptionally(failed);
            }
        });
        return new Running(thread, code);
    }

    /** Skips the test, or fails it in CI, unless {@code condition}. */
    static void require(boolean condition, String reason) {
        if (!condition && "true".equals(System.getenv("CI"))) {
            throw new AssertionError("not to be skipped in CI: " + reason);
        }
        Assumptions.assumeTrue(condition, reason);
    }

    static void requireRoot() {
        Assumptions.assumeTrue(Passwd.ownUid() == 0, "only root can become another user");
    }
}
