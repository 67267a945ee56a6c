package org.qair.cli.demo;

import java.io.IOException;

/** Makes and starts the demo's hosts, with the commands and files that a person would use. */
final class DemoSetup {
    private final DemoHost local;
    private final DemoHost remote;
    private final DemoHost pi;

    DemoSetup(DemoHost local, DemoHost remote, DemoHost pi) {
        this.local = local;
        this.remote = remote;
        this.pi = pi;
    }

    void prepare() throws IOException {
        String relayKey = local.qair("key", "show", "Local-Relay").strip();
        farHost(relayKey);
        machine(relayKey);
        remote.start();
        pi.start();
        localHost();
        local.start();
    }

    /** The other host: a relay, a qube `work`, and two RemoteVMs that stand for qubes elsewhere. */
    private void farHost(String relayKey) throws IOException {
        remote.qair("qube", "create", "Remote-Relay");
        remote.qair("qube", "create", "Other-Relay");
        remote.qair("qube", "create", "work");
        remote.qair("qube", "create", "Local-Qube", "--relayvm", "Remote-Relay");
        remote.qair("qube", "create", "Other-Qube", "--relayvm", "Other-Relay");
        remote.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"" + relayKey + "\"");
        remote.policy(
                "# service   argument  source      target  action",
                "demo.Upper   *  Local-Qube  work  allow",
                "demo.Upper   *  Other-Qube  work  allow",
                "demo.Exit    *  Local-Qube  work  allow",
                "demo.Private *  Local-Qube  work  deny");
        remote.service(
                "demo.Upper",
                "echo \"demo.Upper: $QREXEC_REMOTE_DOMAIN calls with $QREXEC_SERVICE_ARGUMENT\" >&2",
                "exec tr a-z A-Z");
        remote.service("demo.Exit", "exit \"$1\"");
    }

    /** A machine that is relay and target in one. */
    private void machine(String relayKey) throws IOException {
        pi.qair("qube", "create", "pi");
        pi.qair("qube", "create", "Local-Qube", "--relayvm", "pi");
        pi.settings(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"pi\"",
                "key = \"" + relayKey + "\"");
        pi.policy("demo.Uptime * Local-Qube pi allow");
        pi.service("demo.Uptime", "exec cat /proc/uptime");
    }

    private void localHost() throws IOException {
        local.qair("qube", "create", "Local-Relay");
        local.qair("qube", "create", "Local-Qube");
        local.qair(
                "qube", "create", "Remote-Qube", "--relayvm", "Local-Relay", "--remote-name", "work", "--peer", "far");
        local.qair("qube", "create", "pi", "--relayvm", "Local-Relay");
        local.settings(
                "[[peer]]",
                "name = \"far\"",
                "address = \"" + remote.endpoint() + "\"",
                "host-key = \"" + remote.qair("key", "show", "--endpoint").strip() + "\"",
                "[[peer]]",
                "name = \"pi\"",
                "address = \"" + pi.endpoint() + "\"",
                "host-key = \"" + pi.qair("key", "show", "--endpoint").strip() + "\"");
        local.policy(
                "# service   argument  source      target       action",
                "demo.Upper   *  Local-Qube  Remote-Qube  allow",
                "demo.Exit    *  Local-Qube  Remote-Qube  allow",
                "demo.Private *  Local-Qube  Remote-Qube  allow",
                "demo.Uptime  *  Local-Qube  pi           allow",
                "*            *  @anyvm      @anyvm       deny");
    }
}
