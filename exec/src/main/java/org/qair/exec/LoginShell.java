package org.qair.exec;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.qair.call.CallException;
import org.qair.call.CallId;

/**
 * Plain commands, which a host alone can send: the text is one for the shell of the user that it runs as, and goes there as one
 * word, unread and unchanged.
 */
public final class LoginShell {
    private final ServiceSettings settings;

    /** @param settings which also say who runs a command that names nobody */
    public LoginShell(ServiceSettings settings) {
        this.settings = settings;
    }

    /**
     * Makes a command ready.
     *
     * @param command one character a byte
     *
     * @throws CallException.Failed when there is no such user
     */
    public Prepared prepare(CallId id, String command, Optional<String> user) throws CallException {
        Optional<String> name = user.or(settings::unixUser);
        UnixUser account = name.isPresent() ? UnixUser.named(name.get()) : UnixUser.own();
        List<String> words = new ArrayList<>(List.of(account.shell()));
        words.addAll(List.of("-l", "-c", asGiven(command)));
        return new Program(
                settings, id, new Launch("the command", words, Optional.of(account), settings.environment()));
    }

    /** A word that a program started here gets as these bytes: the JVM encodes the words of a command line. */
    private static String asGiven(String bytes) throws CallException.Failed {
        Charset encoding = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
        byte[] given = bytes.getBytes(StandardCharsets.ISO_8859_1);
        String word = new String(given, encoding);
        if (!Arrays.equals(word.getBytes(encoding), given)) {
            throw new CallException.Failed(
                    "the command has bytes that are no %s, in which commands are given here".formatted(encoding));
        }
        return word;
    }
}
