/** The manual pages of the commands, from what the commands say of themselves. */
@NullMarked
package org.qair.manual;

import org.jspecify.annotations.NullMarked;
