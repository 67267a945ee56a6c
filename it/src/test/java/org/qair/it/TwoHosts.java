package org.qair.it;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The general case: Local-Qube and Local-Relay on one host; Remote-Relay and the qube `work` on the other. */
final class TwoHosts implements AutoCloseable {
    final TestHost local;
    final TestHost remote;

    TwoHosts(Path directory) {
        local = new TestHost(directory.resolve("l"));
        remote = new TestHost(directory.resolve("r"));
    }

    /** Both running, with rules that let Local-Qube call every `test.*` service that the far side names. */
    TwoHosts start() throws Exception {
        return start("");
    }

    /**
     * The same with more settings.
     *
     * @param setting a line for the top of the far side's settings
     * @param localLines lines for the end of the local side's
     */
    TwoHosts start(String setting, String... localLines) throws Exception {
        String key = Qubes.relayKey(local.layout, "Local-Relay");
        Qubes.make(
                remote.layout, qubes -> qubes.local("Remote-Relay", "work").remote("Local-Qube", "Remote-Relay", ""));
        remote.settings(
                setting,
                "[endpoint]",
                "listen = \"127.0.0.1:0\"",
                "[[endpoint.relay]]",
                "name = \"Remote-Relay\"",
                "key = \"" + key + "\"");
        remote.policy("* * Local-Qube work allow");
        remote.start();
        Qubes.make(
                local.layout,
                qubes -> qubes.local("Local-Relay", "Local-Qube").remote("Remote-Qube", "Local-Relay", "far", "work"));
        List<String> settings = new ArrayList<>(List.of(
                "[[peer]]",
                "name = \"far\"",
                "address = \"" + remote.endpoint() + "\"",
                "host-key = \"" + Qubes.endpointKey(remote.layout) + "\""));
        settings.addAll(List.of(localLines));
        local.settings(settings.toArray(new String[0]));
        local.policy("* * Local-Qube Remote-Qube allow");
        local.start();
        return this;
    }

    Finished call(byte[] stdin, String service) throws Exception {
        return local.call("Local-Qube", stdin, "Remote-Qube", service);
    }

    @Override
    public void close() {
        local.close();
        remote.close();
    }
}
