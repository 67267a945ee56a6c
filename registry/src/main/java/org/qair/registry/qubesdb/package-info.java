/** QubesDB: messages, what a qube's database holds, server and client. */
@NullMarked
package org.qair.registry.qubesdb;

import org.jspecify.annotations.NullMarked;
