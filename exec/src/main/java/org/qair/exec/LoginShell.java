package org.qair.exec;

import java.util.ArrayList;
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
     * @throws CallException.Failed when there is no such user
     */
    public Prepared prepare(CallId id, String command, Optional<String> user) throws CallException {
        Optional<String> name = user.or(settings::unixUser);
        UnixUser account = name.isPresent() ? UnixUser.named(name.get()) : UnixUser.own();
        List<String> words = new ArrayList<>(List.of(account.shell()));
        words.addAll(List.of("-l", "-c", command));
        return new Program(
                settings, id, new Launch("the command", words, Optional.of(account), settings.environment()));
    }
}
