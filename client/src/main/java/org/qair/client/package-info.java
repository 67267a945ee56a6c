/** Qrexec-client-vm and calls from Java programs. */
@NullMarked
package org.qair.client;

import org.jspecify.annotations.NullMarked;
