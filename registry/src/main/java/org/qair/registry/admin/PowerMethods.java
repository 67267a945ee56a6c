package org.qair.registry.admin;

import java.util.Map;
import java.util.Set;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Handler;
import org.qair.registry.admin.AdminMethod.Takes;

/**
 * The state of qubes. A RemoteVM is another host's, and the processes of a host-run qube come and go with calls: both count as
 * running. An agent-run qube runs while its agent is connected. None can be started or stopped here.
 */
final class PowerMethods {
    private static final Set<String> SHUTDOWN_WORDS = Set.of("force", "wait");

    private PowerMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.vm.CurrentState",
                method(
                        Takes.NONE,
                        question -> AdminAnswer.Ok.of("mem=0 mem_static_max=0 cputime=0 power_state="
                                + question.destination().powerState())));
        methods.put("admin.vm.Shutdown", method(Takes.ANY, PowerMethods::shutdown));
        refuse(methods, "Start", RegistryError.QubesVMNotHaltedError);
        refuse(methods, "Kill", RegistryError.QubesVMError);
        refuse(methods, "Suspend", RegistryError.QubesVMError);
        refuse(methods, "Resume", RegistryError.QubesVMNotSuspendedError);
        refuse(methods, "Pause", RegistryError.QubesVMError);
        refuse(methods, "Unpause", RegistryError.QubesVMNotPausedError);
    }

    private static AdminMethod method(Takes argument, Handler handler) {
        return new AdminMethod(argument, Takes.NONE, Destination.ANY, handler);
    }

    /** The argument is made of the words {@code force} and {@code wait}, with {@code +} in between. */
    private static AdminAnswer shutdown(AdminMethod.Question question)
            throws RegistryException, MalformedCallException {
        if (!question.argument().isEmpty()) {
            for (String word : question.argument().split("\\+", -1)) {
                if (!SHUTDOWN_WORDS.contains(word)) {
                    throw new MalformedCallException("an argument that is neither force nor wait");
                }
            }
        }
        throw refused(question.destination(), "shutdown", RegistryError.QubesVMError);
    }

    private static void refuse(Map<String, AdminMethod> methods, String method, RegistryError error) {
        String verb = method.toLowerCase(java.util.Locale.ROOT);
        methods.put("admin.vm." + method, method(Takes.NONE, question -> {
            throw refused(question.destination(), verb, error);
        }));
    }

    /** A qube that is not running is not refused a start for running; all else is, for not running. */
    private static RegistryException refused(QubeRecord qube, String verb, RegistryError usual) {
        if (qube.powerState().equals("Running")) {
            return new RegistryException(usual, refusal(qube, verb));
        }
        return usual == RegistryError.QubesVMNotHaltedError
                ? new RegistryException(RegistryError.QubesVMError, refusal(qube, verb))
                : new RegistryException(
                        RegistryError.QubesVMNotStartedError, "qube `%s` is not running".formatted(qube.name()));
    }

    /** Of a RemoteVM, in the field's words. */
    private static String refusal(QubeRecord qube, String verb) {
        QubeName name = qube.name();
        return switch (qube.klass()) {
            case RemoteVM -> "Cannot %s a RemoteVM.".formatted(verb);
            case AdminVM -> "cannot %s `dom0`: it is the host itself".formatted(verb);
            default ->
                qube.isAgentRun()
                        ? "cannot %s qube `%s`: this host calls its agent, and leaves its VM or container to what runs it"
                                .formatted(verb, name)
                        : "cannot %s qube `%s`: it runs when it is called, for as long as the host runs"
                                .formatted(verb, name);
        };
    }
}
