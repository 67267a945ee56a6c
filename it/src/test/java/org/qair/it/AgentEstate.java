package org.qair.it;

import java.nio.file.Path;
import org.qair.host.AdminAccess;
import org.qair.host.audit.AuditRecord;
import org.qair.policy.QubeName;

/** A host, two agents and a host-run qube, each agent with services of its own: {@code a1} and {@code a2}, and {@code work}. */
final class AgentEstate implements AutoCloseable {
    final TestHost host;
    final TestAgent a1;
    final TestAgent a2;

    AgentEstate(Path directory) throws Exception {
        host = new TestHost(directory.resolve("h")).environment("QAIR_JAVA_OPTS", "-Xmx256m");
        try (AdminAccess admin = AdminAccess.open(host.layout)) {
            for (String qube : new String[] {"a1", "a2", "work"}) {
                admin.call("admin.vm.Create.AppVM", "", QubeName.DOM0, "name=%s label=red".formatted(qube));
            }
            admin.call("admin.vm.property.Set", "agent", new QubeName("a1"), "vchan");
            admin.call("admin.vm.property.Set", "agent", new QubeName("a2"), "vchan");
        }
        host.policy("test.Denied * @anyvm @anyvm deny", "* * @anyvm @anyvm allow", "* * dom0 @anyvm allow");
        host.service("test.Cat", "cat; echo \"host for $QREXEC_REMOTE_DOMAIN\" >&2; exit 3");
        Path vchans = host.layout.vchans();
        a1 = new TestAgent(directory.resolve("a1"), vchans.resolve("q1"), 1);
        a2 = new TestAgent(directory.resolve("a2"), vchans.resolve("q2"), 2);
        for (TestAgent agent : new TestAgent[] {a1, a2}) {
            agent.service("test.Cat", "cat; echo \"agent for $QREXEC_REMOTE_DOMAIN\" >&2; exit 5");
            agent.service("test.Wait", "echo $$; exec sleep 1000");
            agent.service("test.Ready", "echo ready; cat; exit 6");
        }
    }

    AgentEstate start() throws Exception {
        host.start();
        a1.start();
        a2.start();
        awaitAgents();
        return this;
    }

    /** Waits until both agents are connected. */
    void awaitAgents() throws Exception {
        awaitState("a1", "connected");
        awaitState("a2", "connected");
    }

    /** Waits until the host says so of an agent. */
    void awaitState(String qube, String state) throws Exception {
        try (AdminAccess admin = AdminAccess.open(host.layout)) {
            Await.until(() ->
                    admin.call("admin.vm.List", "", new QubeName(qube), "").endsWith(" agent=" + state + "\n"));
        }
    }

    AuditRecord ended() throws Exception {
        Await.until(() -> host.audit().getLast().end().isPresent());
        return host.audit().getLast();
    }

    @Override
    public void close() {
        a1.close();
        a2.close();
        host.close();
    }
}
