package org.qair.host.metrics;

import java.nio.charset.StandardCharsets;

/** What is answered to a request by HTTP. */
record ScrapeAnswer(int status, String reason, String contentType, String body) {
    private static final String PLAIN = "text/plain; charset=utf-8";

    /** @param local whether it was this machine that was asked for, by a name that only it has */
    static ScrapeAnswer to(String method, String path, boolean local, Metrics metrics) {
        if (!local) {
            return error(403, "Forbidden", "ask for this machine by its loopback address");
        }
        if (!method.equals("GET")) {
            return error(405, "Method Not Allowed", "there is `GET /metrics` alone");
        }
        return path.equals("/metrics")
                ? new ScrapeAnswer(200, "OK", Metrics.CONTENT_TYPE, metrics.text())
                : error(404, "Not Found", "there is `/metrics` alone");
    }

    byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    static ScrapeAnswer error(int status, String reason, String text) {
        return new ScrapeAnswer(status, reason, PLAIN, text + "\n");
    }
}
