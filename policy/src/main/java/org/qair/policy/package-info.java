/** Names, rules, decisions. */
@NullMarked
package org.qair.policy;

import org.jspecify.annotations.NullMarked;
