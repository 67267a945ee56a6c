package org.qair.host.audit;

import java.util.List;

/**
 * What a check of an audit has found.
 *
 * @param entries how many the chain has, without those that were removed as old
 * @param head where the chain ends
 * @param faults what does not fit, at most 20; empty when all does
 */
public record Verification(long entries, ChainLink head, List<String> faults) {}
