package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.qair.call.CallException;
import org.qair.call.CallId;

/**
 * A program as it is to be started: what it is called in messages, its argument vector, and as whom.
 *
 * @param user absent for this process's own user as it is, in the root directory
 * @param environment what is put into its environment
 */
record Launch(String name, List<String> words, Optional<UnixUser> user, Map<String, String> environment) {
    private static final Path ROOT = Path.of("/");

    /** What another user's program has of this process's environment; beyond it there may be secrets. */
    private static final Set<String> COMMON =
            Set.of("PATH", "LANG", "LANGUAGE", "TZ", "TERM", "QREXEC_SERVICE_PATH", "QUBES_RPC_CONFIG_PATH");

    Launch {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** What starts it, as the leader of a process group, and in the scope of that call where there are scopes. */
    ProcessBuilder builder(Means means, CallId id) throws CallException.Failed {
        List<String> all = new ArrayList<>(List.of(SystemPrograms.need("setsid", "util-linux"), "--"));
        if (means.scopes()) {
            all.addAll(Scope.of(id).words());
        }
        if (user.isPresent()) {
            all.addAll(UserSwitch.to(user.get(), means));
        }
        all.addAll(words);
        ProcessBuilder builder = new ProcessBuilder(all).directory(directory().toFile());
        builder.environment().keySet().removeIf(variable -> !isKept(variable));
        builder.environment().putAll(login());
        builder.environment().putAll(environment);
        return builder;
    }

    private boolean isKept(String variable) {
        if (user.isEmpty() || user.get().isOwn()) {
            return !variable.startsWith("QREXEC") || COMMON.contains(variable);
        }
        return COMMON.contains(variable) || variable.startsWith("LC_");
    }

    private Map<String, String> login() {
        Map<String, String> variables = new TreeMap<>();
        variables.put("QREXEC_AGENT_PID", Long.toString(ProcessHandle.current().pid()));
        user.ifPresent(account -> variables.putAll(Map.of(
                "HOME", account.home().toString(),
                "SHELL", account.shell(),
                "USER", account.name(),
                "LOGNAME", account.name())));
        return variables;
    }

    /** The user's home, where it has one. */
    private Path directory() {
        return user.map(UnixUser::home)
                .filter(home -> home.isAbsolute() && Files.isDirectory(home))
                .orElse(ROOT);
    }
}
