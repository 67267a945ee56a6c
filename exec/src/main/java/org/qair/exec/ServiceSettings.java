package org.qair.exec;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How the services of one qube are run.
 *
 * @param path where they are looked up
 * @param unixUser the Unix user they run as when the call names none; absent for the host's own
 * @param environment what is put into their environment beside what the field prescribes
 * @param drain how long output may stay open and silent after the program has ended, before what it left behind is ended
 * @param termination how long a program that is cut off has between SIGTERM and SIGKILL
 */
public record ServiceSettings(
        ServicePath path,
        Optional<String> unixUser,
        Map<String, String> environment,
        Duration drain,
        Duration termination) {
    private static final Duration DRAIN = Duration.ofSeconds(1);
    private static final Duration TERMINATION = Duration.ofSeconds(2);

    public ServiceSettings {
        environment = Map.copyOf(environment);
    }

    /** With one second to drain and two to terminate. */
    public static ServiceSettings of(ServicePath path, Optional<String> unixUser, Map<String, String> environment) {
        return new ServiceSettings(path, unixUser, environment, DRAIN, TERMINATION);
    }
}
