package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.host.HostLayout;

class QubeListingTest {
    @TempDir
    Path root;

    @Test
    void showsWhereTheSettingsHaveAnAgentsVchans() throws Exception {
        HostLayout layout = new HostLayout(root);
        Files.createDirectories(layout.settingsDirectory());
        Files.writeString(layout.settings(), "");
        assertThat(QubeListing.agent(layout, "3"))
                .containsEntry("vchan_domain", "3")
                .containsEntry("vchan_directory", layout.vchans().resolve("q3").toString());
        Files.writeString(layout.settings(), "[agents]\nvchan-directory = \"/srv/v\"\n");
        assertThat(QubeListing.agent(layout, "3")).containsEntry("vchan_directory", "/srv/v/q3");
    }
}
