/** What the tests of several rooms share. Knows nothing of Qair, and is part of nothing that is shipped. */
@NullMarked
package org.qair.testing;

import org.jspecify.annotations.NullMarked;
