/** Qubes, their properties, and where they are kept. */
@NullMarked
package org.qair.registry;

import org.jspecify.annotations.NullMarked;
