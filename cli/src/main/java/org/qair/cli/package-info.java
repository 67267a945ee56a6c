/** The qair command. */
@NullMarked
package org.qair.cli;

import org.jspecify.annotations.NullMarked;
