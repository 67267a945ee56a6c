package org.qair.host.enrolment;

import java.io.IOException;
import java.security.PublicKey;
import java.util.List;

/** The public keys that this host signs its calls with: the one in use and, while it is changed, the next. */
@FunctionalInterface
public interface OwnKeys {
    List<PublicKey> get() throws IOException;
}
