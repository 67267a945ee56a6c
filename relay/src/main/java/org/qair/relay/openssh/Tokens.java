package org.qair.relay.openssh;

import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code ~}, {@code %x} and <code>${NAME}</code> that {@code ssh -G} leaves in the names of files. Immutable. */
public final class Tokens {
    private static final Pattern TOKEN = Pattern.compile("%(.?)|\\$\\{([A-Za-z0-9_]+)\\}");

    private final Map<String, String> values;
    private final Path home;
    private final Map<String, String> environment;

    /**
     * For one host.
     *
     * @param home of the user that this program runs as
     */
    public Tokens(SshConfig config, Path home, String localUser, Map<String, String> environment) {
        this.home = home;
        this.environment = Map.copyOf(environment);
        String host = config.value("hostname").orElse(config.alias());
        this.values = Map.of(
                "%", "%",
                "d", home.toString(),
                "h", host,
                "k", config.value("hostkeyalias").orElse(config.alias()),
                "n", config.alias(),
                "p", config.value("port").orElse("22"),
                "r", config.value("user").orElse(localUser),
                "u", localUser);
    }

    /**
     * A file that an option names.
     *
     * @throws ConfigException when a token or variable is not known
     */
    public Path path(String text) throws ConfigException {
        String expanded = expand(text);
        if (expanded.equals("~") || expanded.startsWith("~/")) {
            return home.resolve(expanded.substring(Math.min(2, expanded.length())));
        }
        if (expanded.startsWith("~")) {
            throw new ConfigException("`%s`: another user's home is not looked up".formatted(text));
        }
        return Path.of(expanded);
    }

    private String expand(String text) throws ConfigException {
        Matcher token = TOKEN.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (token.find()) {
            String name = token.group(2) == null ? token.group(1) : token.group(2);
            String value = token.group(2) == null ? values.get(name) : environment.get(name);
            if (value == null) {
                throw new ConfigException("`%s`: `%s` is not known here".formatted(text, token.group()));
            }
            token.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        return token.appendTail(expanded).toString();
    }
}
