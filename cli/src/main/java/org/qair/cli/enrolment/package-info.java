/** The commands that make two hosts known to each other, and part them. */
@NullMarked
package org.qair.cli.enrolment;

import org.jspecify.annotations.NullMarked;
