package org.qair.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The general case: Local-Qube and Local-Relay on one host; Remote-Relay and the qube `work` on the other. */
final class TwoMachines implements AutoCloseable {
    final Machine local;
    final Machine remote;

    TwoMachines(Path directory) throws Exception {
        local = new Machine(directory.resolve("l"));
        remote = new Machine(directory.resolve("r"));
    }

    /** Both running, with rules that let Local-Qube call every service that the far side has. */
    TwoMachines start() throws Exception {
        remote.qair("qube", "create", "Remote-Relay");
        remote.qair("qube", "create", "work");
        remote.qair("qube", "create", "Local-Qube", "--relayvm", "Remote-Relay");
        remote.settings(endpoint());
        remote.policy("* * Local-Qube work allow");
        remote.start();
        local.qair("qube", "create", "Local-Relay");
        local.qair("qube", "create", "Local-Qube");
        local.qair(
                "qube", "create", "Remote-Qube", "--relayvm", "Local-Relay", "--remote-name", "work", "--peer", "far");
        local.settings(peer());
        local.policy("* * Local-Qube Remote-Qube allow");
        local.start();
        return this;
    }

    /** @param more lines about the relay */
    String[] endpoint(String... more) {
        List<String> lines = new ArrayList<>(List.of(
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"" + local.qair("key", "show", "Local-Relay").strip() + "\""));
        lines.addAll(List.of(more));
        return lines.toArray(new String[0]);
    }

    String[] peer() throws Exception {
        return new String[] {
            "[[peer]]",
            "name = \"far\"",
            "address = \"" + remote.endpoint() + "\"",
            "host-key = \"" + remote.qair("key", "show", "--endpoint").strip() + "\""
        };
    }

    Machine.Finished call(String service) throws Exception {
        return local.call("Local-Qube", "Remote-Qube", service, "");
    }

    @Override
    public void close() {
        local.close();
        remote.close();
    }
}
