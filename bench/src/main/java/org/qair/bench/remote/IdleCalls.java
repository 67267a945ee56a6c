package org.qair.bench.remote;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/** Calls that are held open and say nothing. */
final class IdleCalls {
    private IdleCalls() {}

    /**
     * What they take at each host.
     *
     * @param localMib memory of the local host with all of them open, and of the far one
     * @param perCallKib by how much both have grown, a call
     */
    record Result(int calls, double localMib, double farMib, double perCallKib) {}

    static Result hold(Site site, int calls) throws IOException {
        QrexecClient client = site.client().withErrors(OutputStream.nullOutputStream());
        QrexecClient other = site.otherClient().withErrors(OutputStream.nullOutputStream());
        List<QrexecCall> open = new ArrayList<>();
        double before = localMib(site) + farMib(site);
        try {
            for (int i = 0; i < calls; i++) {
                open.add((i % 2 == 0 ? client : other)
                        .call("Far", Site.SOCKET)); // no user may have all of them at one door
            }
            // All have reached the far end when one more, which comes after them, has come back.
            try (QrexecCall last = client.call("Far", Site.SOCKET)) {
                last.stdin().close();
                if (last.exitCode() != 0) {
                    throw new IOException("a call beside the idle ones failed");
                }
            }
            double local = localMib(site);
            double far = farMib(site);
            return new Result(calls, local, far, (local + far - before) * 1024 / calls);
        } finally {
            for (QrexecCall call : open) {
                call.close();
            }
        }
    }

    private static double localMib(Site site) throws IOException {
        return Usage.residentKib(site.local().process()) / 1024.0;
    }

    private static double farMib(Site site) throws IOException {
        return Usage.residentKib(site.far().process()) / 1024.0;
    }
}
