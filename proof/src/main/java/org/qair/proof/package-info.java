/** Signed statements of where a call comes from, and streams that relays carry without reading them. JDK cryptography only, no I/O. */
@NullMarked
package org.qair.proof;

import org.jspecify.annotations.NullMarked;
