package org.qair.relay.openssh;

import java.io.IOException;

/** An OpenSSH configuration that cannot be followed. The message names the option, the host and what to do. */
public final class ConfigException extends IOException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, Throwable cause) {
        super(message, cause);
    }
}
