/** Qrexec's messages and limits. */
@NullMarked
package org.qair.protocol;

import org.jspecify.annotations.NullMarked;
