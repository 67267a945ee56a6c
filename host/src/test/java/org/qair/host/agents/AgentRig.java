package org.qair.host.agents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.qair.host.AdminAccess;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.AuditRecord;
import org.qair.host.settings.HostSettings;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.Registry;

/** A whole host in this process, with agent-run qubes {@code a1}, {@code a2} (numbers 1 and 2) and the host-run {@code work}. */
public final class AgentRig implements AutoCloseable {
    public final HostLayout layout;
    private @Nullable Host host;

    public AgentRig(Path root) throws Exception {
        layout = new HostLayout(root);
        Files.createDirectories(layout.state());
        try (Registry registry = Registry.open(layout.registry())) {
            registry.change(draft -> {
                for (String name : List.of("a1", "a2", "work")) {
                    draft.create(QubeType.AppVM, new QubeName(name), "red");
                }
                draft.setProperty(new QubeName("a1"), "agent", "vchan");
                draft.setProperty(new QubeName("a2"), "agent", "vchan");
                draft.setProperty(new QubeName("work"), "template_for_dispvms", "True");
            });
        }
        policy(
                "test.Bad * @anyvm @anyvm deny",
                "* * @anyvm @anyvm allow",
                "* * @anyvm dom0 allow",
                "* * @anyvm @dispvm:work allow",
                "* * dom0 @anyvm allow");
    }

    /** Starts the host, with these lines in its settings. */
    public AgentRig start(String... settings) throws Exception {
        Files.createDirectories(layout.settingsDirectory());
        Files.writeString(layout.settings(), String.join("\n", settings) + "\n");
        host = Host.start(layout, HostSettings.read(layout.settings()));
        return this;
    }

    public void policy(String... rules) throws IOException {
        Files.createDirectories(layout.policy());
        Files.writeString(layout.policy().resolve("30-test.policy"), String.join("\n", rules) + "\n");
    }

    public void service(String name, String... lines) throws IOException {
        Path file = layout.root().resolve("etc/qubes-rpc").resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** The directory of one qube's vchans. */
    Path directory(int qid) {
        return layout.vchans().resolve("q" + qid);
    }

    public PlayedAgent agent(int qid) throws Exception {
        return PlayedAgent.start(directory(qid), qid);
    }

    /** How the host says that it stands with an agent. */
    String state(String qube) throws Exception {
        try (AdminAccess admin = AdminAccess.open(layout)) {
            return admin.call("admin.vm.List", "", new QubeName(qube), "").replaceAll("(?s).* agent=|\n", "");
        }
    }

    /** Sets whom calls to a qube run as that name nobody; nothing for what it was. */
    void setDefaultUser(String qube, String user) throws Exception {
        String method = user.isEmpty() ? "admin.vm.property.Reset" : "admin.vm.property.Set";
        try (AdminAccess admin = AdminAccess.open(layout)) {
            admin.call(method, "default_user", new QubeName(qube), user);
        }
    }

    /** Waits until it stands so. */
    void awaitState(String qube, String state) throws Exception {
        while (!state(qube).equals(state)) {
            pause();
        }
    }

    /** Waits until both agents are connected for calls too: an agent has heard from the host a little before. */
    void awaitBoth() throws Exception {
        awaitState("a1", "connected");
        awaitState("a2", "connected");
    }

    public List<AuditRecord> audit() {
        try (AuditReader reader = AuditReader.open(layout.audit())) {
            return reader.last(10_000);
        }
    }

    /** Waits for the last call that was made to have an end. */
    public AuditRecord ended() throws InterruptedException {
        return ended(call -> true);
    }

    AuditRecord ended(Predicate<AuditRecord> which) throws InterruptedException {
        while (true) {
            AuditRecord last = audit().getLast();
            if (last.end().isPresent() && which.test(last)) {
                return last;
            }
            pause();
        }
    }

    /** Nothing tells a test what it waits for here; the test's own limit ends the wait. */
    static void pause() throws InterruptedException {
        boolean ignored = new CountDownLatch(1).await(10, java.util.concurrent.TimeUnit.MILLISECONDS);
    }

    /** Stops the host, if it runs. */
    @Override
    public void close() {
        if (host != null) {
            host.close();
            host = null;
        }
    }
}
