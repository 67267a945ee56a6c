/** Keys: their files and lines of text, what a relay logs in with, and which host keys it trusts. */
@NullMarked
package org.qair.relay.keys;

import org.jspecify.annotations.NullMarked;
