package org.qair.proof;

/** What a {@link ProofCheck} has found of a call's statement. */
public sealed interface Verdict {
    /** The call is what the host of its source says it is. */
    record Verified(SignedStatement statement) implements Verdict {}

    /** It is not, or that cannot be known. The reason is fit for a log. */
    record Rejected(String reason) implements Verdict {}
}
