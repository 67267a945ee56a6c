package org.qair.exec;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.qair.testing.Systemd;

/** A {@code systemd} that runs nothing. */
final class SystemdNamespace {
    private SystemdNamespace() {}

    /** Skips the test where none can be had. */
    static Systemd start(Path directory) throws Exception {
        TestServices.requireRoot();
        for (String program : Systemd.PROGRAMS) {
            TestServices.require(SystemPrograms.find(program).isPresent(), program + " is not installed");
        }
        TestServices.require(Files.isExecutable(Systemd.PROGRAM), "systemd is not installed");
        Optional<Path> cgroup = Systemd.cgroup();
        Assumptions.assumeTrue(cgroup.isPresent(), "no cgroup can be made here");
        return Systemd.start(cgroup.orElseThrow(), directory, List.of("empty.target"), "");
    }
}
