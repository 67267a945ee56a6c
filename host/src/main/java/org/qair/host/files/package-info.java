/** Files and directories as a host makes them: whole, and with their permissions from the first moment. */
@NullMarked
package org.qair.host.files;

import org.jspecify.annotations.NullMarked;
