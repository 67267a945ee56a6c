package org.qair.registry.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.qair.policy.QubeName;

class AdminWireTest {
    @Test
    void a_request_is_read_as_the_field_s_client_writes_it() throws Exception {
        AdminCall call = AdminWire.decodeRequest(bytes("admin.vm.property.Set+relayvm dom0 name far\0sys-relay"));
        assertThat(call.method()).isEqualTo("admin.vm.property.Set");
        assertThat(call.argument()).isEqualTo("relayvm");
        assertThat(call.source()).isEqualTo(QubeName.DOM0);
        assertThat(call.destination()).isEqualTo("far");
        assertThat(call.payload()).isEqualTo(bytes("sys-relay"));
    }

    @Test
    void the_keyword_adminvm_is_dom0() throws Exception {
        assertThat(AdminWire.decodeRequest(bytes("admin.vm.List+ work keyword adminvm\0"))
                        .destination())
                .isEqualTo("dom0");
    }

    @Test
    void an_argument_may_hold_further_pluses_and_a_payload_nuls() throws Exception {
        AdminCall call = AdminWire.decodeRequest(bytes("m+a+b dom0 name dom0\0x\0y"));
        assertThat(call.argument()).isEqualTo("a+b");
        assertThat(call.payload()).isEqualTo(bytes("x\0y"));
        assertThat(AdminWire.decodeRequest(bytes("m dom0 name dom0\0")).argument())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m+ dom0 name dom0 | a request's header does not end with a NUL",
                "m+ dom0 name~ | a request's header has 3 words, not 4",
                "~ | a request's header has 1 words, not 4",
                "m+ dom0 keyword dispvm~ | a request's destination is neither a name nor the keyword adminvm",
                "m+ 0dom name dom0~ | a request's source: qube name `0dom` does not start with a letter",
                "m+é dom0 name dom0~ | a byte that is not ascii",
            })
    void a_broken_header_is_told(String request, String message) {
        assertThatThrownBy(() -> AdminWire.decodeRequest(bytes(request.replace('~', '\0'))))
                .isInstanceOf(BrokenMessageException.class)
                .hasMessage(message);
    }

    @Test
    void a_request_has_a_limit() throws Exception {
        String header = "m+ dom0 name dom0\0";
        String longest = header + "x".repeat(AdminWire.MAX_REQUEST - header.length());
        assertThat(AdminWire.decodeRequest(bytes(longest)).payload()).hasSize(65_518);
        assertThatThrownBy(() -> AdminWire.decodeRequest(bytes(longest + "x")))
                .hasMessage("a request has more than 65536 bytes");
    }

    @Test
    void answers_are_written_as_the_field_s_client_reads_them() {
        assertThat(text(AdminWire.encode(AdminAnswer.Ok.of("red\n")))).isEqualTo("0\0red\n");
        assertThat(text(AdminWire.encode(new AdminAnswer.Failure("QubesValueError", "100% `x`"))))
                .isEqualTo("2\0QubesValueError\0\000100%% `x`\0");
        assertThat(text(AdminWire.encode(AdminEvent.CONNECTED))).isEqualTo("1\0\0connection-established\0\0");
        assertThat(text(AdminWire.encode(
                        AdminEvent.of("far", "property-set:label", "name", "label", "newvalue", "red"))))
                .isEqualTo("1\0far\0property-set:label\0name\0label\0newvalue\0red\0\0");
    }

    @Test
    void no_answer_is_malformed_and_others_are_broken() throws Exception {
        assertThat(AdminWire.decodeAnswer(new byte[0])).isInstanceOf(AdminAnswer.Malformed.class);
        for (String broken : new String[] {"0", "1\0\0x\0\0", "2\0", "2\0T\0", "2\0T\0\0m", "x\0", "\0\0"}) {
            assertThatThrownBy(() -> AdminWire.decodeAnswer(bytes(broken)))
                    .as(broken)
                    .isInstanceOf(BrokenMessageException.class);
        }
    }

    @Property
    void what_is_written_is_read(@ForAll @Size(max = 3_000) byte[] payload) throws Exception {
        AdminCall call = new AdminCall(QubeName.DOM0, "admin.vm.Create.RemoteVM", "a+b", "far", payload);
        AdminCall read = AdminWire.decodeRequest(AdminWire.encodeRequest(call));
        assertThat(read).usingRecursiveComparison().isEqualTo(call);
        assertThat(((AdminAnswer.Ok) AdminWire.decodeAnswer(AdminWire.encode(new AdminAnswer.Ok(payload)))).content())
                .isEqualTo(payload);
    }

    @Property
    void a_message_survives_the_field_s_formatting(@ForAll String message) throws Exception {
        AdminAnswer.Failure failure = new AdminAnswer.Failure("QubesException", message.replace("\0", ""));
        String sent = text(AdminWire.encode(failure)).substring("2\0QubesException\0\0".length());
        assertThat(sent.replace("%%", "")).doesNotContain("%");
        AdminAnswer.Failure wellFormed = new AdminAnswer.Failure(
                "QubesException", text(bytes(failure.message()))); // a lone surrogate has no UTF-8
        assertThat(AdminWire.decodeAnswer(AdminWire.encode(wellFormed))).isEqualTo(wellFormed);
    }

    @Property
    void any_bytes_are_read_or_refused(@ForAll byte[] bytes) {
        assertNothingElseIsThrown(() -> AdminWire.decodeRequest(bytes));
        assertNothingElseIsThrown(() -> AdminWire.decodeAnswer(bytes));
    }

    @Property
    void a_request_with_one_byte_changed_is_read_or_refused(
            @ForAll @net.jqwik.api.constraints.IntRange(max = 44) int index, @ForAll byte value) {
        byte[] request = bytes("admin.vm.property.Set+relayvm dom0 name far\0x");
        request[index] = value;
        assertNothingElseIsThrown(() -> AdminWire.decodeRequest(request));
    }

    private interface Reading {
        Object read() throws BrokenMessageException;
    }

    private static void assertNothingElseIsThrown(Reading reading) {
        try {
            assertThat(reading.read()).isNotNull();
        } catch (BrokenMessageException refused) {
            assertThat(refused).hasMessageMatching("[\\x20-\\x7e…]+");
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
