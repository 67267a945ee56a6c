package org.qair.exec;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The process group that a service leads, and so what is ended with its call. The JDK signals single processes only, and
 * children of one that has exited are no longer found from it.
 */
@SuppressWarnings("restricted") // kill(2) is all that is called
final class ProcessGroup implements ProcessTree {
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final MethodHandle KILL = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().find("kill").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final Process leader;

    /** @param leader a process that was started through {@code setsid}, or is about to be one */
    ProcessGroup(Process leader) {
        this.leader = leader;
    }

    /** Asks every process of the group to end. */
    @Override
    public void terminate() {
        leader.destroy();
        signal(SIGTERM);
    }

    /** Ends every process of the group, and those that left it but are still children of the leader. */
    @Override
    public void kill() {
        // of one that has ended none are found, for which the JDK would look at every process of the system
        List<ProcessHandle> strays = leader.isAlive() ? leader.descendants().toList() : List.of();
        leader.destroyForcibly();
        signal(SIGKILL);
        strays.forEach(ProcessHandle::destroyForcibly);
    }

    /** While a member lives, its group's number is not given to another; with none left this does nothing. */
    private void signal(int number) {
        try {
            int ignored = (int) KILL.invokeExact(-Math.toIntExact(leader.pid()), number);
        } catch (Throwable impossible) {
            throw new LinkageError("kill(2)", impossible);
        }
    }
}
