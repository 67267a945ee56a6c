package org.qair.exec;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code SIGUSR1}, by which a service asks the field's agent to read its output from its stdin as well ({@code kill -USR1
 * $QREXEC_AGENT_PID}). A service's stdin is a pipe here, so that is not done; but the signal must not end this process, as it would by
 * itself.
 */
final class OneSocketSignal {
    private static final Logger LOG = LoggerFactory.getLogger(OneSocketSignal.class);

    private OneSocketSignal() {}

    /** Takes the signal from now on, for the whole process. */
    static void take() {
        try { // the compiler lets nobody name these classes without a warning
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler onSignal = (_, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    LOG.warn(
                            "a service asked (SIGUSR1) for its output to be read from its stdin, which is not done here");
                }
                return null;
            };
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, onSignal);
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance("USR1"), proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            LOG.warn("SIGUSR1 cannot be taken: a service that sends it ends this process", unavailable);
        }
    }
}
