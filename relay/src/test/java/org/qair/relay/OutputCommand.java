package org.qair.relay;

import java.io.InputStream;
import java.io.OutputStream;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.command.Command;

/** A command of a test's SSH server that only sends: it takes no input, and has neither error output nor exit code. */
public abstract class OutputCommand implements Command {
    /** What its caller receives, once it has started. */
    protected OutputStream output = OutputStream.nullOutputStream();

    @Override
    public final void setInputStream(InputStream in) {}

    @Override
    public final void setOutputStream(OutputStream out) {
        output = out;
    }

    @Override
    public final void setErrorStream(OutputStream err) {}

    @Override
    public final void setExitCallback(ExitCallback callback) {}
}
