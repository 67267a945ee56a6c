package org.qair.host;

import java.util.concurrent.Semaphore;
import org.qair.policy.Qube;
import org.qair.policy.QubeName;
import org.qair.policy.Request;
import org.qair.policy.ServiceName;
import org.qair.policy.SystemInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the user at the GUI qube what became of calls whose rule says so ({@code notify}), beside the calls, which never wait for it.
 * What comes while {@value #MOST} are on their way is left out: a flood of refusals is not to flood a desktop.
 */
final class Notices {
    private static final Logger LOG = LoggerFactory.getLogger(Notices.class);
    private static final int MOST = 4;

    private final GuiQubeAgent gui;
    private final Semaphore underway = new Semaphore(MOST);

    Notices(GuiQubeAgent gui) {
        this.gui = gui;
    }

    /** Tells of a call that was refused. A claim that is not true is told as what the caller is. */
    void refused(SystemInfo now, Request request) {
        QubeName source = request.requestedSource()
                .filter(claimed -> now.find(claimed)
                        .flatMap(Qube::relayvm)
                        .filter(request.caller()::equals)
                        .isPresent())
                .orElse(request.caller());
        tell(source, "deny", request.service(), request.target().toString());
    }

    /** @param resolution {@code allow}, {@code deny} or {@code fail} */
    void tell(QubeName source, String resolution, ServiceName service, String target) {
        if (!underway.tryAcquire()) {
            return;
        }
        Thread ignored = Thread.ofVirtual().name("notify").start(() -> {
            try {
                gui.tell(source, resolution, service, target);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException fault) {
                LOG.warn("the user could not be told of a call", fault);
            } finally {
                underway.release();
            }
        });
    }
}
