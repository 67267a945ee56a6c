package org.qair.relay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An {@code ssh-agent} of a test's own. */
final class AgentFixture implements AutoCloseable {
    final Path socket;
    private final Process agent;

    AgentFixture(Path directory) throws IOException {
        socket = directory.resolve("agent.sock");
        agent = new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        while (!Files.exists(socket)) {
            if (!agent.isAlive()) {
                throw new IOException("ssh-agent does not run");
            }
            Thread.onSpinWait();
        }
    }

    void add(Path key) throws IOException, InterruptedException {
        ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", key.toString());
        add.environment().put("SSH_AUTH_SOCK", socket.toString());
        if (add.inheritIO().start().waitFor() != 0) {
            throw new IOException("ssh-add failed for " + key);
        }
    }

    @Override
    public void close() {
        agent.destroyForcibly();
    }
}
