package org.qair.cli;

import java.io.IOException;
import org.qair.host.HostLayout;
import org.qair.host.lines.LinesClient;

/** The way to the prompts of a host. */
final class PromptsConnections {
    private PromptsConnections() {}

    static LinesClient open(HostLayout layout) throws IOException {
        return LinesClient.connect(
                layout.promptsSocket(), "May this user answer prompts (`prompts.users` in qair.toml)?");
    }
}
