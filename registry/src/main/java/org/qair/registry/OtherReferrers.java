package org.qair.registry;

import java.util.List;
import java.util.UUID;
import org.qair.policy.QubeName;

/**
 * Who outside of the registry refers to qubes, such as policy: such a qube can't be removed, nor renamed where its name is
 * what is referred to. Asked while a change is being made, so it must be quick, and it must not change the registry.
 */
@FunctionalInterface
public interface OtherReferrers {
    /** Where a qube is named, each as it is to be shown after "in use as": {@code source in /etc/qubes/policy.d/30-user.policy:4}. */
    List<String> to(QubeName qube);

    /** Where a qube is named by its UUID, which a rename leaves as it is. */
    default List<String> to(UUID uuid) {
        return List.of();
    }
}
