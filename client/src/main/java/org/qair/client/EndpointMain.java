package org.qair.client;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.qair.call.EndpointCommand;
import org.qair.policy.InvalidNameException;
import org.qair.policy.QubeName;

/**
 * The program {@code qair endpoint-command}, by which a plain OpenSSH server stands in for the endpoint: it is the forced command of a
 * relay's key, takes the request of {@code SSH_ORIGINAL_COMMAND} apart as the endpoint does, never executing it, and brings it to the
 * host by the relay's own trigger socket. That it may use that socket, by its Unix user, is what makes it the relay.
 */
public final class EndpointMain {
    private static final int USAGE = 2;
    private static final int FAILED = 125;
    private static final int REFUSED = 126;
    private static final String HELP = """
            usage: qair endpoint-command [--verbose] [--root DIR] --relay QUBE
            The forced command of a relay's key in ~/.ssh/authorized_keys of the Unix user that the relay is, for example:
              restrict,command="/usr/local/bin/qair endpoint-command --relay Remote-Relay" ssh-ed25519 AAAA...
            It takes the one request that Qair's own endpoint takes (`qrexec-client-vm [--source-qube=NAME] [--] TARGET
            SERVICE[+ARG]`), from SSH_ORIGINAL_COMMAND, and runs no shell.
              --relay=QUBE   the relay that the holder of the key is
              --root=DIR     the host whose paths are all under DIR
              --verbose      tell the caller why; without it the caller learns that it was refused or failed
            exit code: the service's; 125 failed, 126 refused, 127 no such service, 2 wrong usage
            """;

    private final Path socket;
    private final boolean verbose;

    EndpointMain(Path socket, boolean verbose) {
        this.socket = socket;
        this.verbose = verbose;
    }

    /** Makes the call and exits with its exit code. */
    public static void main(String[] words) {
        System.exit(run(List.of(words), System.getenv()));
    }

    /** The same without the exit. */
    public static int run(List<String> words, Map<String, String> environment) {
        String relay = "";
        String root = environment.getOrDefault("QAIR_ROOT", "/");
        boolean verbose = false;
        List<String> left = new ArrayList<>(words);
        while (!left.isEmpty()) {
            String word = left.removeFirst();
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            String option = equals < 0 ? word : word.substring(0, equals);
            boolean takesValue = option.equals("--relay") || option.equals("--root");
            if (option.equals("--help") || option.equals("-h")) {
                System.out.print(HELP);
                return 0;
            }
            if (option.equals("--verbose") && equals < 0) {
                verbose = true;
            } else if (takesValue && (equals >= 0 || !left.isEmpty())) {
                String value = equals >= 0 ? word.substring(equals + 1) : left.removeFirst();
                relay = option.equals("--relay") ? value : relay;
                root = option.equals("--root") ? value : root;
            } else {
                return usage(takesValue ? "`" + word + "` needs a value" : "`" + word + "` is no option");
            }
        }
        if (relay.isEmpty()) {
            return usage("--relay is missing");
        }
        try {
            Path socket = Path.of(root, "run/qair/by-name", new QubeName(relay).value(), "qrexec-agent");
            OutputHangup.endTheProcessThen();
            return new EndpointMain(socket, verbose).call(Optional.ofNullable(environment.get("SSH_ORIGINAL_COMMAND")));
        } catch (InvalidNameException invalid) {
            return usage(String.valueOf(invalid.getMessage()));
        }
    }

    private static int usage(String fault) {
        System.err.println("qair endpoint-command: " + fault);
        System.err.print(HELP);
        return USAGE;
    }

    /** @param request what the caller asked the SSH server for; nothing when it asked for a shell */
    int call(Optional<String> request) {
        EndpointCommand command;
        try {
            command = EndpointCommand.parse(request.orElse(""));
        } catch (IllegalArgumentException refused) {
            return say(REFUSED, request.isEmpty() ? "there is no shell here" : String.valueOf(refused.getMessage()));
        }
        PrintStream errors = System.err;
        ByteArrayOutputStream own = new ByteArrayOutputStream();
        System.setErr(new PrintStream(own, true, StandardCharsets.UTF_8));
        int code;
        try {
            code = Main.run(words(command));
        } finally {
            System.setErr(errors);
        }
        String said = own.toString(StandardCharsets.UTF_8).strip();
        return said.isEmpty() ? code : say(code, said);
    }

    private String[] words(EndpointCommand command) {
        List<String> words = new ArrayList<>(List.of("--agent-socket=" + socket));
        command.source().ifPresent(name -> words.add("--source-qube=" + name));
        words.addAll(List.of("--", command.target(), command.service()));
        return words.toArray(new String[0]);
    }

    /** Details are the owner's business, not the caller's. */
    private int say(int code, String detail) {
        if (verbose) {
            System.err.println("qair endpoint-command: " + detail);
        }
        System.err.println(code == REFUSED ? "Request refused" : "Request failed");
        return code == USAGE ? FAILED : code;
    }
}
