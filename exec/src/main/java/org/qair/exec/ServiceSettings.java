package org.qair.exec;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How the services of one qube are run.
 *
 * @param path where they are looked up
 * @param config where their configuration is looked up
 * @param unixUser the Unix user they run as when neither call nor configuration names one; absent for this process's own
 * @param environment what is put into their environment beside what the field prescribes
 * @param drain how long output may stay open and silent after the program has ended, before what it left behind is ended
 * @param termination how long a program that is cut off has between SIGTERM and SIGKILL
 * @param means what of the system's own is used
 */
public record ServiceSettings(
        ServicePath path,
        ConfigPath config,
        Optional<String> unixUser,
        Map<String, String> environment,
        Duration drain,
        Duration termination,
        Means means) {
    private static final Duration DRAIN = Duration.ofSeconds(1);
    private static final Duration TERMINATION = Duration.ofSeconds(2);

    public ServiceSettings {
        environment = Map.copyOf(environment);
    }

    /** With one second to drain, two to terminate, and all that this system has. */
    public static ServiceSettings of(
            ServicePath path, ConfigPath config, Optional<String> unixUser, Map<String, String> environment) {
        return new ServiceSettings(path, config, unixUser, environment, DRAIN, TERMINATION, Means.ofThisSystem());
    }

    /** The same with other means. */
    public ServiceSettings with(Means others) {
        return new ServiceSettings(path, config, unixUser, environment, drain, termination, others);
    }
}
