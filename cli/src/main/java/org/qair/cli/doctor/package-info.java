/** What is wrong on the way of a call to a RemoteVM, found layer by layer. */
@NullMarked
package org.qair.cli.doctor;

import org.jspecify.annotations.NullMarked;
