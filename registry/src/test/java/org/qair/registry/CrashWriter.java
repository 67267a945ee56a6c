package org.qair.registry;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;

/** A process that changes a registry without end and says on stdout what was acknowledged, until it is killed. */
final class CrashWriter {
    private static final QubeName RELAY = new QubeName("sys-relay");

    private CrashWriter() {}

    /** The arguments: the database, and the number of the first RemoteVM to make. */
    public static void main(String[] arguments) throws Exception {
        PrintStream acknowledged = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (Registry registry = Registry.open(Path.of(arguments[0]))) {
            if (registry.snapshot().find(RELAY).isEmpty()) {
                registry.change(draft -> draft.create(QubeType.AppVM, RELAY, "red"));
            }
            for (int number = Integer.parseInt(arguments[1]); ; number++) {
                QubeName name = new QubeName("far-" + number);
                String remoteName = "remote-" + number;
                registry.change(draft -> {
                    draft.create(QubeType.RemoteVM, name, "red");
                    draft.setProperty(name, "relayvm", "sys-relay");
                    draft.setProperty(name, "remote_name", remoteName);
                    draft.setFeature(name, "number", remoteName);
                });
                acknowledged.println(number);
            }
        }
    }
}
