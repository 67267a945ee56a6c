package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.qair.call.Call;
import org.qair.call.CallException;

/** The argument vector that starts a service's program, as the leader of a process group and as the right user. */
final class CommandLine {
    private static final List<Path> DIRECTORIES =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/bin"), Path.of("/sbin"));
    private static final String OWN_USER = System.getProperty("user.name", "");

    private CommandLine() {}

    static List<String> of(Path file, Call call, ServiceSettings settings) throws CallException {
        List<String> words = new ArrayList<>(List.of(program("setsid"), "--"));
        Optional<String> user = call.user().or(settings::unixUser).filter(name -> !name.equals(OWN_USER));
        if (user.isPresent()) {
            words.addAll(List.of(program("runuser"), "-u", userName(user.get()), "--"));
        }
        words.add(file.toString());
        call.service().argument().filter(argument -> !argument.isEmpty()).ifPresent(words::add);
        return words;
    }

    private static String userName(String user) throws CallException {
        if (!user.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
            throw new CallException.Failed("`%s` is no name of a Unix user".formatted(user));
        }
        if (!OWN_USER.equals("root")) {
            throw new CallException.Failed(
                    "the service is to run as `%s`, and this host, which runs as `%s`, cannot become anybody else"
                            .formatted(user, OWN_USER));
        }
        return user;
    }

    private static String program(String name) throws CallException {
        for (Path directory : DIRECTORIES) {
            Path program = directory.resolve(name);
            if (Files.isExecutable(program)) {
                return program.toString();
            }
        }
        throw new CallException.Failed("`%s` is not installed (package util-linux)".formatted(name));
    }
}
