package org.qair.cli;

import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.qair.host.Host;
import org.qair.host.HostLayout;
import org.qair.host.settings.HostSettings;
import picocli.CommandLine;

/**
 * What is run once to find out which classes the command loads, so that they can be cached: the usual commands, and a host that starts
 * and stops, under a directory that is thrown away. In that directory SQLite's library is left for the commands to come.
 */
final class Training {
    private Training() {}

    public static void main(String[] args) throws Exception {
        SqliteLibrary.write(Path.of(args[0], "libsqlitejdbc.so"));
        System.setProperty("org.sqlite.lib.path", args[0]);
        String root = Path.of(args[0], "root").toString();
        HostLayout layout = new HostLayout(Path.of(root));
        run("qube", "create", "relay", "--root", root);
        run("qube", "create", "far", "--relayvm", "relay", "--root", root);
        run("qube", "list", "--root", root);
        run("qube", "show", "far", "--json", "--root", root);
        run("key", "show", "relay", "--root", root);
        Files.createDirectories(layout.settingsDirectory());
        Files.writeString(layout.settings(), "[endpoint]\nlisten = \"127.0.0.1:0\"\n");
        Host.start(layout, HostSettings.read(layout.settings())).close();
        run("audit", "--json", "--root", root);
        run("policy", "explain", "relay", "far", "test.Nothing", "--root", root);
        TrainingAgent.run(Path.of(args[0]));
    }

    private static void run(String... words) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        CommandLine command = Main.commandLine().setOut(nowhere).setErr(nowhere);
        int ignored = command.execute(words);
    }
}
