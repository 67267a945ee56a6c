package org.qair.host;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.qair.call.CallException;
import org.qair.host.metrics.Meter;
import org.qair.host.prompts.GuiAgent;
import org.qair.host.prompts.PromptSettings;
import org.qair.host.prompts.Prompts;
import org.qair.policy.SystemInfo;
import org.qair.proof.HostSigner;
import org.qair.registry.Registry;
import org.qair.relay.keys.SshKeys;

/** The people of a host where nobody can be asked or told. */
final class Nobody {
    private Nobody() {}

    static People people(LivePolicy policy) {
        PromptSettings nowhere =
                new PromptSettings(List.of(), Duration.ofMinutes(1), Duration.ZERO, Duration.ZERO, List.of());
        return new People(new Prompts(nowhere, GuiAgent.NONE, Clock.systemUTC()), policy::inForce, Meter.NONE);
    }

    /** A signer that nobody has pinned. */
    static Proofs proofs(Registry registry) {
        return new Proofs(registry::snapshot, new HostSigner(SshKeys.generate()), Clock.systemUTC());
    }

    static Notices notices() {
        return new Notices(new GuiQubeAgent(
                (call, streams) -> {
                    throw new CallException.NotFound("no agent of policy");
                },
                () -> new SystemInfo(List.of())));
    }
}
