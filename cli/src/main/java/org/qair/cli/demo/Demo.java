package org.qair.cli.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.qair.cli.demo.DemoCommands.Result;
import org.qair.host.audit.AuditRecord;
import org.qair.host.audit.AuditText;

/** The demo's story: each chapter makes a real call and shows what both hosts' audits have of it. */
final class Demo implements AutoCloseable {
    private static final String PAYLOAD = "hello from Local-Qube\n";

    private final Narration tell;
    private final DemoCommands commands;
    private final DemoHost local;
    private final DemoHost remote;
    private final DemoHost pi;

    Demo(Narration tell, DemoCommands commands, Path directory) {
        this.tell = tell;
        this.commands = commands;
        this.local = new DemoHost("local", directory.resolve("local"), commands);
        this.remote = new DemoHost("remote", directory.resolve("remote"), commands);
        this.pi = new DemoHost("pi", directory.resolve("pi"), commands);
    }

    void play() throws IOException, InterruptedException {
        new DemoSetup(local, remote, pi).prepare();
        for (DemoHost host : List.of(local, remote, pi)) {
            tell.line("   %-8s pid %d  %s".formatted(host.name, host.pid(), host.readyLine()));
        }
        generalCase();
        exitCode();
        refusedHere();
        refusedThere();
        lyingRelay();
        particularCase();
    }

    /** One call, with what it left in both audits. */
    private record Observed(Result result, List<AuditRecord> local, List<AuditRecord> far) {}

    private Observed call(DemoHost far, String stdin, String target, String service)
            throws IOException, InterruptedException {
        int localSeen = local.auditAfter(0).size();
        int farSeen = far.auditAfter(0).size();
        Path socket = local.agentSocket("Local-Qube");
        tell.command("qrexec-client-vm --agent-socket=%s -- %s %s".formatted(socket, target, service));
        Result result = commands.call(socket, stdin, target, service);
        Observed observed = new Observed(result, local.auditAfter(localSeen), far.auditAfter(farSeen));
        if (!stdin.isEmpty()) {
            tell.fact("stdin", stdin);
        }
        tell.fact("stdout", result.stdout().isEmpty() ? "(nothing)" : result.stdout());
        tell.fact("stderr", result.stderr().isEmpty() ? "(nothing)" : result.stderr());
        tell.fact("exit code", Integer.toString(result.exitCode()));
        return observed;
    }

    private void generalCase() throws IOException, InterruptedException {
        tell.chapter("The general case: Local-Qube calls Remote-Qube, which is the qube `work` of the other host");
        Observed seen = call(remote, PAYLOAD, "Remote-Qube", "demo.Upper+my_arg");
        AuditRecord here = only(seen.local(), "the local audit");
        AuditRecord there = only(seen.far(), "the remote audit");
        tell.line("   the six steps, from the two audits:");
        tell.fact(
                "1 call",
                "%s asks for %s %s (local, %s)"
                        .formatted(here.source(), here.requestedTarget(), here.service(), here.door()));
        tell.fact(
                "2 local policy",
                "%s [%s]".formatted(here.decision(), here.rule().orElse("no rule")));
        tell.fact(
                "3 second call",
                "to %s: %s"
                        .formatted(
                                here.relay().orElse("?"), here.relayedService().orElse("?")));
        tell.fact(
                "4 transport",
                here.end()
                        .map(end -> "exit code %s, %d bytes there, %d back, %.1f ms"
                                .formatted(
                                        end.exitCode().map(Object::toString).orElse("none"),
                                        end.bytes().orElseThrow().in(),
                                        end.bytes().orElseThrow().out(),
                                        end.durationMicros() / 1000.0))
                        .orElse("?"));
        tell.fact(
                "5 endpoint",
                "%s, for %s, asks for %s %s (remote, %s)"
                        .formatted(
                                there.caller(),
                                there.source(),
                                there.requestedTarget(),
                                there.service(),
                                there.door()));
        tell.fact(
                "6 remote policy",
                "%s [%s], ran in %s"
                        .formatted(
                                there.decision(),
                                there.rule().orElse("no rule"),
                                there.target().orElse("?")));
        tell.check(
                "the payload came back in capitals",
                "HELLO FROM LOCAL-QUBE\n",
                seen.result().stdout());
        tell.check(
                "the service saw the true source and argument",
                "demo.Upper: Local-Qube calls with my_arg\n",
                seen.result().stderr());
        tell.check(
                "the call to the relay",
                "qubesair.SSHProxy+Remote-Qube+demo.Upper+my_arg",
                here.relayedService().orElse(""));
        tell.check("the source is the same on both hosts", here.source(), there.source());
        tell.check("the remote name was translated", "work", there.requestedTarget());
        tell.check("exit code", 0, seen.result().exitCode());
    }

    private void exitCode() throws IOException, InterruptedException {
        tell.chapter("The exit code of the service is the caller's");
        Observed seen = call(remote, "", "Remote-Qube", "demo.Exit+42");
        tell.check("exit code", 42, seen.result().exitCode());
    }

    private void refusedHere() throws IOException, InterruptedException {
        tell.chapter("A call that the local policy refuses never leaves this host");
        Observed seen = call(remote, "", "Remote-Qube", "demo.Secret");
        AuditRecord here = only(seen.local(), "the local audit");
        tell.fact("local audit", AuditText.of(here));
        tell.check("exit code", 126, seen.result().exitCode());
        tell.check("the local decision", "deny", here.decision());
        tell.check("calls that the other host saw", 0, seen.far().size());
    }

    private void refusedThere() throws IOException, InterruptedException {
        tell.chapter("A call that only the remote policy refuses");
        Observed seen = call(remote, "", "Remote-Qube", "demo.Private");
        AuditRecord here = only(seen.local(), "the local audit");
        AuditRecord there = only(seen.far(), "the remote audit");
        tell.fact("local audit", AuditText.of(here));
        tell.fact("remote audit", AuditText.of(there));
        tell.check("exit code", 126, seen.result().exitCode());
        tell.check("the local decision", "allow", here.decision());
        tell.check("the remote decision", "deny", there.decision());
    }

    private void lyingRelay() throws IOException, InterruptedException {
        tell.chapter("A relay that claims a source which is not behind it");
        int seen = remote.auditAfter(0).size();
        tell.line("   Local-Relay's own key, used to speak for `Other-Qube`, which is behind another relay:");
        int code = new LyingRelay(local, remote).call("Other-Qube", "work", "demo.Upper");
        AuditRecord there = only(remote.auditAfter(seen), "the remote audit");
        tell.fact("remote audit", AuditText.of(there));
        tell.check("exit code", 126, code);
        tell.check("the remote decision", "deny", there.decision());
    }

    private void particularCase() throws IOException, InterruptedException {
        tell.chapter("The particular case: one relay, and a machine without Qubes OS that is itself the target");
        Observed seen = call(pi, "", "pi", "demo.Uptime");
        AuditRecord there = only(seen.far(), "pi's audit");
        tell.fact("pi's audit", AuditText.of(there));
        tell.check("exit code", 0, seen.result().exitCode());
        tell.check(
                "relay and target are one machine",
                there.caller(),
                there.target().orElse(""));
    }

    private static AuditRecord only(List<AuditRecord> calls, String where) {
        if (calls.size() != 1) {
            throw new DemoFailure("%s has %d calls where one was made".formatted(where, calls.size()));
        }
        return calls.getFirst();
    }

    @Override
    public void close() {
        pi.close();
        remote.close();
        local.close();
    }
}
