package org.qair.cli.doctor;

import java.nio.file.Path;
import java.util.Locale;
import org.qair.host.HostLayout;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/** The commands that mend, as a shell of the host's machine takes them. */
final class Commands {
    private final HostLayout layout;

    Commands(HostLayout layout) {
        this.layout = layout;
    }

    /** A {@code qair} command about this host. */
    Remedy qair(String words) {
        return new Remedy(false, qairHere(words));
    }

    private String qairHere(String words) {
        boolean machines = layout.root().equals(Path.of("/"));
        return "qair " + words + (machines ? "" : " --root " + quoted(layout.root()));
    }

    Remedy edit(Path file) {
        return new Remedy(false, "${EDITOR:-vi} " + quoted(file));
    }

    Remedy shell(String command) {
        return new Remedy(false, command);
    }

    /**
     * Adds a rule to this host's policy.
     *
     * @param first whether it is to come before all others
     */
    Remedy allowHere(String rule, QubeName about, boolean first) {
        return new Remedy(false, qairHere(allow(rule, about, first)).replaceFirst("^qair ", echo(rule) + " | qair "));
    }

    static Remedy allowThere(String rule, QubeName about) {
        return Remedy.there("%s | qair %s".formatted(echo(rule), allow(rule, about, false)));
    }

    private static String allow(String rule, QubeName about, boolean first) {
        String service = rule.substring(0, rule.indexOf(' '));
        String name = "%s-qair-doctor-%s-%s".formatted(first ? "00" : "30", about, service);
        return "policy set %s --token new"
                .formatted(name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "-"));
    }

    private static String echo(String rule) {
        return "echo '" + rule + "'";
    }

    static String rule(ServiceName service, QubeName source, QubeName target) {
        return "%s %s %s %s allow"
                .formatted(
                        service.name(),
                        service.argument().map(text -> "+" + text).orElse("*"),
                        source,
                        target);
    }

    static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[A-Za-z0-9/._+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
