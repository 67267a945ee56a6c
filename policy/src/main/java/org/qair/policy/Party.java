package org.qair.policy;

/**
 * A qube or the host as the rules of one policy see it: the numbers of the tokens that match it in each role.
 *
 * @param number its place among the parties of its {@link Snapshot}
 * @param asSource as the source of a call
 * @param asTarget as a target
 * @param asTemplate as the template of a disposable that is the target; empty when it is none
 * @param ownDisposable of {@code @dispvm}, when it is the source
 */
record Party(
        int number,
        Qube qube,
        Tokens asSource,
        IntendedTarget target,
        Tokens asTarget,
        Tokens asTemplate,
        IntendedTarget.DefaultDisposable disposable,
        Tokens ownDisposable) {
    QubeName name() {
        return qube.name();
    }

    boolean isTemplate() {
        return qube.templateForDispvms() && !isHost();
    }

    boolean isHost() {
        return name().equals(QubeName.DOM0);
    }
}
