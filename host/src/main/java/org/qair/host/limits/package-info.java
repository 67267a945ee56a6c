/** Limits of calls: how long, how much, which way, how many; and what ends a call that breaks one. */
@NullMarked
package org.qair.host.limits;

import org.jspecify.annotations.NullMarked;
