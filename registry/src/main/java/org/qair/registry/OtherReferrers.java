package org.qair.registry;

import java.util.List;
import org.qair.policy.QubeName;

/** Who outside of the registry refers to qubes by name, such as policy: such a qube can't be removed or renamed. */
@FunctionalInterface
public interface OtherReferrers {
    /** Where the qube is named, each as it is to be shown (`etc/qubes/policy.d/30-user.policy:4`); quick and without side effects. */
    List<String> to(QubeName qube);
}
