package org.qair.host.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Where a scraper on this machine reads the metrics by HTTP: {@code GET /metrics} at a port of a loopback address. Whoever can run a
 * program here can read them; a web page that a browser here shows cannot, because it would have to name this machine by another name.
 */
public final class MetricsPort implements AutoCloseable {
    private static final int BACKLOG = 16;

    static {
        // the server's own limits are for the whole process, which has no other
        System.setProperty("sun.net.httpserver.maxReqTime", "10");
        System.setProperty("sun.net.httpserver.maxRspTime", "10");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "8192");
        System.setProperty("jdk.httpserver.maxConnections", "64");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private MetricsPort(HttpServer server) {
        this.server = server;
    }

    /**
     * Listens from the moment this returns.
     *
     * @throws IOException when the port cannot be had
     * @throws IllegalArgumentException when the address is not a loopback one
     */
    public static MetricsPort open(InetSocketAddress address, Metrics metrics) throws IOException {
        if (address.isUnresolved() || !address.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("`%s` is no loopback address".formatted(address));
        }
        HttpServer server = HttpServer.create(address, BACKLOG);
        MetricsPort port = new MetricsPort(server);
        var ignored = server.createContext("/", exchange -> answer(exchange, metrics));
        server.setExecutor(port.threads);
        server.start();
        return port;
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void answer(HttpExchange exchange, Metrics metrics) throws IOException {
        try (exchange) {
            ScrapeAnswer answer = ScrapeAnswer.to(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getPath(),
                    isLocal(exchange.getRequestHeaders().getOrDefault("Host", List.of())),
                    metrics);
            exchange.getResponseHeaders().set("Content-Type", answer.contentType());
            exchange.getResponseHeaders().set("Connection", "close");
            byte[] body = answer.bytes();
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** The port behind the name does not matter. */
    private static boolean isLocal(List<String> hosts) {
        return hosts.size() == 1
                && hosts.getFirst().matches("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])(:[0-9]{1,5})?");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
