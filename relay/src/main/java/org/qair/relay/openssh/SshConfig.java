package org.qair.relay.openssh;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What OpenSSH's client would do for a host, as {@code ssh -G} prints it: every {@code Include}, {@code Match}, pattern and
 * default of its own is in it. Immutable.
 */
public final class SshConfig {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConfigRequest request;
    private final Map<String, List<String>> options;
    private final Map<String, List<String>> defaults;

    private SshConfig(ConfigRequest request, Map<String, List<String>> options, Map<String, List<String>> defaults) {
        this.request = request;
        this.options = options;
        this.defaults = defaults;
    }

    /**
     * Asks OpenSSH.
     *
     * @throws ConfigException when it is not installed, when its configuration has a fault, or when an option that changes
     *     what is secure is not followed here
     */
    public static SshConfig of(ConfigRequest request) throws ConfigException, InterruptedException {
        SshConfig config = parse(
                request,
                SshProgram.run(request.command(false), PATIENCE),
                SshProgram.run(request.command(true), PATIENCE));
        OptionCheck.check(config);
        return config;
    }

    /** Reads two outputs of {@code ssh -G}, with the configuration and without any. */
    static SshConfig parse(ConfigRequest request, String configured, String usual) {
        return new SshConfig(request, lines(configured), lines(usual));
    }

    private static Map<String, List<String>> lines(String output) {
        Map<String, List<String>> options = new HashMap<>();
        for (String line : output.lines().toList()) {
            int space = line.indexOf(' ');
            if (space > 0) {
                String key = line.substring(0, space).toLowerCase(Locale.ROOT);
                options.computeIfAbsent(key, name -> new ArrayList<>())
                        .add(line.substring(space + 1).strip());
            }
        }
        return options;
    }

    /** The host as it was asked for. */
    public String alias() {
        return request.host();
    }

    Map<String, List<String>> options() {
        return options;
    }

    /** Whether an option has the value that it has without any configuration. */
    public boolean isUsual(String option) {
        return all(option).equals(defaults.getOrDefault(option, List.of()));
    }

    /** The one value of an option; none and {@code none} are absent. */
    public Optional<String> value(String option) {
        return all(option).stream().findFirst().filter(value -> !value.isEmpty() && !value.equalsIgnoreCase("none"));
    }

    /** Whether it says {@code none}, which is more than to say nothing. */
    public boolean isNone(String option) {
        return all(option).stream().anyMatch("none"::equalsIgnoreCase);
    }

    /** Every value of an option that may be given more than once, without {@code none}. */
    public List<String> values(String option) {
        return all(option).stream()
                .filter(value -> !value.isEmpty() && !value.equalsIgnoreCase("none"))
                .toList();
    }

    /** A list that is separated by commas, when it differs from what OpenSSH has without configuration. */
    public List<String> changedList(String option) {
        return isUsual(option)
                ? List.of()
                : value(option).map(value -> List.of(value.split(",", -1))).orElse(List.of());
    }

    /** Whether a flag is set. */
    public boolean flag(String option) {
        return value(option)
                .filter(value -> value.equals("yes") || value.equals("true"))
                .isPresent();
    }

    /** A number; absent when there is none or it is no number. */
    public Optional<Long> number(String option) {
        return value(option).filter(value -> value.matches("[0-9]{1,18}")).map(Long::valueOf);
    }

    private List<String> all(String option) {
        return options.getOrDefault(option, List.of());
    }
}
