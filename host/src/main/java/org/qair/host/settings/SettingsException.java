package org.qair.host.settings;

import java.util.List;

/** The refusal of a settings file: every fault in it, each with its {@code file:line}. */
public final class SettingsException extends Exception {
    private static final long serialVersionUID = 1L;

    SettingsException(List<String> faults) {
        super(String.join("\n", faults));
    }
}
