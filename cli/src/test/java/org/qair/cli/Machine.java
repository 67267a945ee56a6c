package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.qair.channel.RefusedException;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;
import org.qair.host.AdminAccess;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;

/** A host of a test in this process, with real files, sockets and services under a directory of its own, and the commands about it. */
public final class Machine implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    public final HostLayout layout;
    private @Nullable Host host;

    public Machine(Path root) throws IOException {
        Files.createDirectories(root);
        layout = new HostLayout(root);
    }

    /** How a command or a call ended. */
    public record Finished(int exitCode, String stdout, String stderr) {}

    /** Runs a {@code qair} command on this host, which must succeed. */
    public String qair(String... words) {
        Finished finished = tryQair(words);
        assertThat(finished.exitCode())
                .as(finished.stderr() + finished.stdout())
                .isZero();
        return finished.stdout();
    }

    public Finished tryQair(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--root", layout.root().toString()));
        return InProcess.run(Main.commandLine(), all.toArray(new String[0]));
    }

    public Machine policy(String... rules) throws IOException {
        return write(layout.policy().resolve("30-test.policy"), String.join("\n", rules) + "\n", "rw-r--r--");
    }

    public Machine settings(String... lines) throws IOException {
        return write(layout.settings(), String.join("\n", lines) + "\n", "rw-------");
    }

    public Machine service(String name, String... lines) throws IOException {
        Path file = layout.root().resolve("etc/qubes-rpc").resolve(name);
        return write(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n", "rwxr-xr-x");
    }

    /** Through a file beside it, so that nobody sees a half of it. */
    public Machine write(Path file, String text, String permissions) throws IOException {
        Files.createDirectories(file.getParent());
        Path aside = Files.createTempFile(layout.root(), "aside", "");
        Files.writeString(aside, text);
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString(permissions));
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
        return this;
    }

    public Machine start() throws Exception {
        host = Host.start(layout, HostSettings.read(layout.settings()));
        return this;
    }

    /** What the files of policy and settings say is in force when this returns. */
    void reload() throws Exception {
        try (AdminAccess admin = AdminAccess.open(layout)) {
            assertThat(admin.reload()).isEmpty();
        }
    }

    public void stop() {
        if (host != null) {
            host.close();
            host = null;
        }
    }

    public String endpoint() throws IOException {
        return Files.readString(layout.endpointAddress()).strip();
    }

    /** A call from one of its qubes that has begun. */
    public QrexecCall begin(String qube, String target, String service) throws IOException {
        return QrexecClient.at(layout.agentSocket(new QubeName(qube))).call(target, service);
    }

    public Finished call(String qube, String target, String service, String stdin) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        QrexecClient client =
                QrexecClient.at(layout.agentSocket(new QubeName(qube))).withErrors(err);
        int code;
        try (QrexecCall call = client.call(target, service)) {
            code = call.transfer(new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)), out);
        } catch (RefusedException refused) {
            code = 126;
        }
        return new Finished(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    public List<AuditRecord> audit() {
        try (AuditReader reader = AuditReader.open(layout.audit())) {
            return reader.last(10_000);
        }
    }

    /** Waits for something that no event tells of. */
    public static void await(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE;
        while (!condition.call()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come to be within a minute");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Override
    public void close() {
        stop();
    }
}
