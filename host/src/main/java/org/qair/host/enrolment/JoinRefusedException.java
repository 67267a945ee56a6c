package org.qair.host.enrolment;

import java.io.IOException;
import org.qair.policy.Printable;

/** The other end of the conversation said why it goes no further. */
public final class JoinRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    JoinRefusedException(String reason) {
        super(Printable.line(reason));
    }
}
