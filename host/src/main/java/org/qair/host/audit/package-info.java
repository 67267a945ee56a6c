/** What was called, what policy said, and how it ended. */
@NullMarked
package org.qair.host.audit;

import org.jspecify.annotations.NullMarked;
