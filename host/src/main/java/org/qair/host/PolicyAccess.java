package org.qair.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.function.Supplier;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.policy.SystemInfo;

/**
 * The policy RPCs for a command on the host's machine, on the same files under the same lock and rules as for qubes, whether the host runs
 * or not. One that runs has read a change when its call returns.
 */
public final class PolicyAccess {
    private PolicyAccess() {}

    /**
     * The calls about one host.
     *
     * @param system its qubes; asked when the policy has tests
     */
    public static PolicyRpc of(HostLayout layout, Supplier<SystemInfo> system) {
        return new PolicyRpc(new StoredPolicy(layout, system, () -> tell(layout)));
    }

    private static void tell(HostLayout layout) {
        if (!Files.exists(layout.adminSocket())) {
            return;
        }
        try (AdminAccess host = AdminAccess.open(layout)) {
            var ignored = host.reload();
        } catch (IOException | AdminRefusedException unreachable) {
            throw new UncheckedIOException(
                    "the change is made, and the host cannot be told: " + unreachable.getMessage(),
                    new IOException(unreachable));
        }
    }
}
