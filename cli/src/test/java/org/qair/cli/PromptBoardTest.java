package org.qair.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PromptBoardTest {
    private static final String PLAIN = """
            {"prompt":3,"source":"desk","via":null,"proof":null,"service":"svc","argument":"arg","targets":["play","work"],
             "default_target":"work","rule":"30.policy:7","calls":2,"since":"2026-06-01T12:00:00Z"}""";
    private static final String RELAYED = """
            {"prompt":4,"source":"pi","via":"relay","proof":"relay","service":"svc","argument":null,"targets":["work"],
             "default_target":null,"rule":null,"calls":1,"since":"2026-06-01T12:00:00Z"}""";

    private final PromptBoard board = new PromptBoard();

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    @Test
    void saysWhoCallsWhatAndWhatIsPreselected() {
        assertThat(board.shown(json(PLAIN)))
                .isEqualTo("prompt 3: desk wants to call svc+arg, 2 calls  [30.policy:7]\n"
                        + "  to  1) play  2) work  preselected: work");
    }

    @Test
    void saysWhatStandsBehindASourceThatARelaySpeaksFor() {
        assertThat(board.shown(json(RELAYED)))
                .startsWith("prompt 4: pi (via relay relay, on the relay's word) wants to call svc\n");
        assertThat(PromptBoard.source(json(RELAYED.replace("\"proof\":\"relay\"", "\"proof\":\"verified\""))))
                .isEqualTo("pi (via relay relay, verified)");
    }

    @Test
    void aTypedLineIsAnAnswer() {
        board.shown(json(PLAIN));
        assertThat(board.answer("3 1")).isEqualTo(Map.of("prompt", 3, "allow", "play", "calls", 2));
        assertThat(board.answer("3 work")).containsEntry("allow", "work");
        assertThat(board.answer("3")).containsEntry("allow", "work");
        assertThat(board.answer("3 no")).isEqualTo(Map.of("prompt", 3, "deny", true));
        assertThat(board.answer("3 2 10m")).containsEntry("grant_seconds", 600);
        assertThat(board.answer("3 2 5x")).containsEntry("grant_calls", 5);
        assertThat(board.answer("3 2 session")).containsEntry("grant_session", true);
    }

    @Test
    void whatIsUnclearAllowsNothing() {
        board.shown(json(PLAIN));
        board.shown(json(RELAYED));
        for (String line : new String[] {"", "yes", "1", "3 3", "3 0", "3 vault", "4", "3 1 forever", "3 1 5x more"}) {
            assertThatThrownBy(() -> board.answer(line)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> board.answer("4")).hasMessageContaining("nothing is preselected");
    }

    @Test
    void aPromptThatIsOverIsToldOnce() {
        board.shown(json(PLAIN));
        assertThat(board.gone(3)).contains("prompt 3 is over");
        assertThat(board.gone(3)).isEmpty();
        assertThatThrownBy(() -> board.answer("3 1")).hasMessageContaining("a prompt that waits");
    }
}
