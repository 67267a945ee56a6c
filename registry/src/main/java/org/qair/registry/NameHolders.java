package org.qair.registry;

import java.util.Optional;
import java.util.UUID;
import org.qair.policy.QubeName;

/**
 * Who needs a name to go on meaning the qube that has it, or nobody, for some time, such as calls that were judged by it: meanwhile
 * no other qube gets that name. Asked while a change is being made, so it must be quick.
 */
@FunctionalInterface
public interface NameHolders {
    /** Why a name can't become that qube's now, as it is to be shown; empty when it can. */
    Optional<String> against(QubeName name, UUID qube);
}
