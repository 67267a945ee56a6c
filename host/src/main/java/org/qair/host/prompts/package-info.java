/** Asking people: prompts, who is asked, what they answer, and grants that stand for answers for a while. */
@NullMarked
package org.qair.host.prompts;

import org.jspecify.annotations.NullMarked;
