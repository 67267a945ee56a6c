package org.qair.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.settings.HostSettings;

/** Metrics of a host that runs. */
@Timeout(60)
class HostMetricsTest {
    @TempDir
    Path directory;

    private HostLayout layout() throws Exception {
        HostLayout layout = new HostLayout(directory.resolve("h"));
        Files.createDirectories(layout.settingsDirectory());
        Files.createDirectories(layout.policy());
        Files.writeString(layout.policy().resolve("30.policy"), "* * @anyvm @anyvm deny\n");
        return layout;
    }

    private static Host start(HostLayout layout, String settings) throws Exception {
        Files.writeString(layout.settings(), settings);
        return Host.start(layout, HostSettings.read(layout.settings()));
    }

    private static String read(HostLayout layout) throws Exception {
        URI address =
                URI.create("http://" + Files.readString(layout.metricsAddress()).strip() + "/metrics");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void showsItsStateAndEachReadingOfThePolicy() throws Exception {
        HostLayout layout = layout();
        try (Host host = start(layout, """
                [metrics]
                listen = "127.0.0.1:0"
                socket = true
                [endpoint]
                listen = "127.0.0.1:0"
                """)) {
            assertThat(host).isNotNull();
            assertThat(layout.metricsSocket()).exists();
            assertThat(read(layout).lines())
                    .contains(
                            "qair_policy_reads_total{result=\"loaded\"} 1.0",
                            "qair_policy_in_force 1.0",
                            "qair_calls_running 0.0",
                            "qair_peer_connections 0.0",
                            "qair_peer_calls_waiting 0.0",
                            "qair_relay_connections 0.0",
                            "qair_prompts_waiting 0.0",
                            "qair_prompt_calls_waiting 0.0");
            Files.writeString(layout.policy().resolve("30.policy"), "no rule\n");
            String after = read(layout);
            while (!after.contains("qair_policy_in_force 0.0")
                    || !after.contains("qair_policy_reads_total{result=\"broken\"} 1.0")) {
                after = read(layout);
            }
        }
        assertThat(layout.metricsSocket()).doesNotExist();
    }

    @Test
    void nothingIsThereUnlessTheSettingsAskForIt() throws Exception {
        HostLayout layout = layout();
        try (Host host = start(layout, "")) {
            assertThat(host).isNotNull();
            assertThat(layout.metricsSocket()).doesNotExist();
            assertThat(layout.metricsAddress()).doesNotExist();
        }
    }
}
