package org.qair.relay.connection;

import org.apache.sshd.common.PropertyResolver;
import org.apache.sshd.core.CoreModuleProperties;
import org.qair.relay.peer.HopOptions;

/** When new keys are agreed on a connection: after a gigabyte or an hour, or sooner when the options say so. */
final class Rekeying {
    private Rekeying() {}

    static void apply(HopOptions options, PropertyResolver session) {
        if (options.rekeyBytes() > 0) {
            CoreModuleProperties.REKEY_BYTES_LIMIT.set(session, options.rekeyBytes());
        }
        if (options.rekeyTime().isPositive()) {
            CoreModuleProperties.REKEY_TIME_LIMIT.set(session, options.rekeyTime());
        }
    }
}
