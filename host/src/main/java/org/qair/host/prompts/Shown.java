package org.qair.host.prompts;

import java.time.Instant;

/**
 * A prompt as people see it at one moment.
 *
 * @param id what it is answered by; counts up from 1
 * @param calls how many calls wait for it
 * @param since when the first of them came
 */
public record Shown(int id, Question question, int calls, Instant since) {}
