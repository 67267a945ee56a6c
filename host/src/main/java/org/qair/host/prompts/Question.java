package org.qair.host.prompts;

import java.util.List;
import java.util.Optional;
import org.qair.policy.QubeName;
import org.qair.policy.ServiceName;

/**
 * What a person is asked: whether a call may run, and where. Two calls with equal questions are one prompt.
 *
 * @param source the qube that policy judged the call as from
 * @param via the relay that speaks for it, when one does
 * @param proof for a source behind a relay: {@code verified} or {@code relay}
 * @param service service with argument
 * @param targets the places to choose from, in alphabetical order
 * @param defaultTarget the one to preselect; never what the caller asked for, unless the rule says so too
 * @param rule {@code file:line} of the rule that asks
 */
public record Question(
        QubeName source,
        Optional<QubeName> via,
        Optional<String> proof,
        ServiceName service,
        List<String> targets,
        Optional<String> defaultTarget,
        Optional<String> rule) {
    public Question {
        targets = targets.stream().sorted().toList();
    }
}
