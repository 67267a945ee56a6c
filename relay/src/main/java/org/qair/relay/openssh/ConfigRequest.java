package org.qair.relay.openssh;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.qair.policy.Printable;

/**
 * What OpenSSH is asked about: a host as a person would write it, with the user and port that a {@code ProxyJump} gives it.
 * {@code ProxyCommand} lines and {@code Match exec} may hand the name to a shell, so names are of few characters.
 *
 * @param file the configuration file; absent for those that OpenSSH reads by itself
 */
public record ConfigRequest(String host, Optional<String> user, OptionalInt port, Optional<Path> file) {
    private static final int LONGEST = 255;

    /**
     * Checks the names.
     *
     * @throws IllegalArgumentException when one could be taken for something else
     */
    public ConfigRequest {
        check("host", host, "[A-Za-z0-9_][A-Za-z0-9_.:%-]*");
        user.ifPresent(name -> check("user", name, "[A-Za-z0-9_][A-Za-z0-9_.@+-]*"));
    }

    private static void check(String what, String name, String form) {
        if (name.length() > LONGEST || !name.matches(form)) {
            throw new IllegalArgumentException(
                    "`%s` is no %s name that is looked up in an ssh_config".formatted(Printable.of(name), what));
        }
    }

    /** The command that prints what OpenSSH would do; {@code none} reads no configuration. */
    List<String> command(boolean none) {
        List<String> command = new ArrayList<>(List.of("ssh"));
        if (none) {
            command.addAll(List.of("-F", "none"));
        } else {
            file.ifPresent(path -> command.addAll(List.of("-F", path.toString())));
        }
        user.ifPresent(name -> command.addAll(List.of("-l", name)));
        port.ifPresent(number -> command.addAll(List.of("-p", String.valueOf(number))));
        command.addAll(List.of("-G", "--", host));
        return command;
    }
}
