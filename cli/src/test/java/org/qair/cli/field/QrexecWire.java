package org.qair.cli.field;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.qair.channel.RefusedException;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/** Calls of a qube to the qube in question, which policy sends to dom0. */
record QrexecWire(Path agentSocket) implements Wire {
    @Override
    public byte[] call(String destination, String method, @Nullable String argument, byte @Nullable [] payload)
            throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        String service = argument == null ? method : method + "+" + argument;
        try (QrexecCall call = QrexecClient.at(agentSocket).call(destination, service)) {
            int code = call.transfer(new ByteArrayInputStream(payload == null ? new byte[0] : payload), answer);
            return code == 0 ? answer.toByteArray() : new byte[0];
        } catch (RefusedException refused) {
            return new byte[0];
        }
    }

    @Override
    public InputStream events(String destination) throws IOException {
        QrexecCall call = QrexecClient.at(agentSocket).call(destination, "admin.Events");
        call.stdin().close();
        return new FilterInputStream(call.stdout()) {
            @Override
            public void close() throws IOException {
                call.close();
            }
        };
    }
}
