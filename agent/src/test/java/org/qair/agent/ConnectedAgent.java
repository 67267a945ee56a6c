package org.qair.agent;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.ControlChannel;
import org.qair.protocol.VchanAddress;

/** What tests of an agent begin with: one that runs, and a host that the test plays. */
abstract class ConnectedAgent {
    static final VchanAddress ADDRESS = new VchanAddress(AgentRig.FAR, 600);

    @TempDir
    Path directory;

    AgentRig rig;
    ControlChannel host;

    @BeforeEach
    void start() throws Exception {
        rig = new AgentRig(directory);
        host = rig.connect();
    }

    @AfterEach
    void stop() throws Exception {
        host.close();
        rig.close();
    }
}
