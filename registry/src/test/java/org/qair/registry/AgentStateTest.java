package org.qair.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.qair.policy.QubeName;
import org.qair.policy.QubeType;
import org.qair.registry.admin.AdminAnswer;
import org.qair.registry.admin.AdminApi;
import org.qair.registry.admin.AdminCall;

/** Agent-run qubes, as the registry and the Admin API know them. */
class AgentStateTest {
    private static final QubeName WORK = new QubeName("work");

    @TempDir
    Path directory;

    private Registry registry;

    @BeforeEach
    void make() throws Exception {
        registry = Registry.open(directory.resolve("registry.db"));
        registry.change(draft -> {
            draft.create(QubeType.AppVM, WORK, "red");
            draft.setProperty(WORK, "agent", "vchan");
        });
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private QubeRecord work() {
        return registry.snapshot().find(WORK).orElseThrow();
    }

    private String answer(String method) {
        return switch (AdminApi.of(registry).handle(AdminCall.of(method, "", WORK, ""))) {
            case AdminAnswer.Ok ok -> ok.text();
            case AdminAnswer.Failure failure -> failure.type() + ": " + failure.message();
            default -> throw new AssertionError();
        };
    }

    @Test
    void is_halted_until_its_agent_is_connected() {
        assertThat(work().agent()).contains(AgentState.WAITING);
        assertThat(answer("admin.vm.List")).matches("work class=AppVM state=Halted uuid=[0-9a-f-]+ agent=waiting\n");
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        assertThat(answer("admin.vm.List")).contains("state=Running").endsWith(" agent=connected\n");
        assertThat(answer("admin.vm.CurrentState")).endsWith("power_state=Running");
        assertThat(registry.snapshot().systemInfo().find(WORK).orElseThrow().isRunning())
                .isTrue();
        registry.noteAgent(work().uuid(), AgentState.GONE);
        assertThat(answer("admin.vm.List")).contains("state=Halted").endsWith(" agent=gone\n");
        assertThat(registry.snapshot().systemInfo().find(WORK).orElseThrow().isRunning())
                .isFalse();
    }

    @Test
    void can_not_be_started_here_whatever_its_state() {
        assertThat(answer("admin.vm.Start"))
                .startsWith("QubesVMError: cannot start qube `work`: this host calls its agent");
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        assertThat(answer("admin.vm.Start")).startsWith("QubesVMNotHaltedError: ");
    }

    @Test
    void what_does_not_run_is_neither_stopped_nor_paused() {
        assertThat(answer("admin.vm.Shutdown")).isEqualTo("QubesVMNotStartedError: qube `work` is not running");
        assertThat(answer("admin.vm.Kill")).startsWith("QubesVMNotStartedError: ");
        assertThat(answer("admin.vm.Unpause")).startsWith("QubesVMNotStartedError: ");
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        assertThat(answer("admin.vm.Kill"))
                .startsWith("QubesVMError: cannot kill qube `work`: this host calls its agent");
    }

    @Test
    void a_change_of_the_agent_is_told_once_and_outlives_other_changes() throws Exception {
        List<RegistryEvent> heard = new ArrayList<>();
        registry.onChange(change -> heard.addAll(change.events()));
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        assertThat(heard).containsExactly(new RegistryEvent.AgentChanged(WORK, AgentState.CONNECTED));
        registry.change(draft -> draft.addTag(WORK, "t"));
        assertThat(work().agent()).contains(AgentState.CONNECTED);
    }

    @Test
    void the_state_is_of_this_run_alone() throws Exception {
        registry.noteAgent(work().uuid(), AgentState.CONNECTED);
        registry.close();
        registry = Registry.open(directory.resolve("registry.db"));
        assertThat(work().agent()).contains(AgentState.WAITING);
    }

    @Test
    void a_qube_without_an_agent_has_no_such_state() throws Exception {
        registry.noteAgent(work().uuid(), AgentState.GONE);
        registry.change(draft -> draft.setProperty(WORK, "agent", "none"));
        assertThat(work().agent()).isEmpty();
        assertThat(answer("admin.vm.List")).contains("state=Running").doesNotContain("agent=");
    }
}
