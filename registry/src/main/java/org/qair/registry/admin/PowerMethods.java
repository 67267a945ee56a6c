package org.qair.registry.admin;

import java.util.Map;
import org.qair.policy.QubeName;
import org.qair.registry.QubeRecord;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;

/**
 * The state of qubes. A RemoteVM is another host's, and the processes of a host-run qube come and go with calls: both count as
 * running. An agent-run qube runs while its agent is connected. None can be started or stopped here.
 */
final class PowerMethods {
    private PowerMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "admin.vm.CurrentState",
                new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, PowerMethods::currentState));
        methods.put(
                "admin.vm.volume.List",
                new AdminMethod(Takes.NONE, Takes.NONE, Destination.ANY, question -> AdminAnswer.Ok.of("")));
        refuse(methods, "Start", Takes.NONE, "start", RegistryError.QubesVMNotHaltedError);
        refuse(methods, "Shutdown", Takes.ANY, "shutdown", RegistryError.QubesVMError);
        refuse(methods, "Kill", Takes.NONE, "kill", RegistryError.QubesVMError);
        refuse(methods, "Suspend", Takes.NONE, "suspend", RegistryError.QubesVMError);
        refuse(methods, "Resume", Takes.NONE, "resume", RegistryError.QubesVMError);
        refuse(methods, "Pause", Takes.NONE, "pause", RegistryError.QubesVMError);
        refuse(methods, "Unpause", Takes.NONE, "unpause", RegistryError.QubesVMError);
    }

    private static AdminAnswer currentState(Question question) {
        String state = question.destination().powerState();
        return AdminAnswer.Ok.of("mem=0 mem_static_max=0 cputime=0 power_state=" + state);
    }

    private static void refuse(
            Map<String, AdminMethod> methods, String method, Takes argument, String verb, RegistryError error) {
        methods.put("admin.vm." + method, new AdminMethod(argument, Takes.NONE, Destination.ANY, question -> {
            throw new RegistryException(error(error, question.destination()), refusal(question.destination(), verb));
        }));
    }

    /** A qube that is not running is not refused a start for running. */
    private static RegistryError error(RegistryError usual, QubeRecord qube) {
        return usual == RegistryError.QubesVMNotHaltedError
                        && !qube.powerState().equals("Running")
                ? RegistryError.QubesVMError
                : usual;
    }

    /** Of a RemoteVM, in the field's words. */
    private static String refusal(QubeRecord qube, String verb) {
        QubeName name = qube.name();
        if (qube.isAgentRun()) {
            return "cannot %s qube `%s`: this host calls its agent, and leaves its VM or container to what runs it"
                    .formatted(verb, name);
        }
        return qube.isRemote()
                ? "Cannot %s a RemoteVM.".formatted(verb)
                : "cannot %s qube `%s`: it runs when it is called, for as long as the host runs".formatted(verb, name);
    }
}
