/** Qubes in files: a readable one of ours, and the one of a Qubes system. */
@NullMarked
package org.qair.registry.exchange;

import org.jspecify.annotations.NullMarked;
