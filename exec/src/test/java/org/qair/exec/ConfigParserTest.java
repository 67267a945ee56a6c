package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.qair.call.CallException;

class ConfigParserTest {
    private static ServiceConfig parse(String text) throws CallException {
        return new ConfigParser("rpc-config/svc").parse(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void readsEveryKey() throws Exception {
        assertThat(parse("wait-for-session=1\nskip-service-descriptor = true\n"))
                .isEqualTo(new ServiceConfig(Optional.empty(), true, true, false, false));
        assertThat(parse("exit-on-client-eof\t=\ttrue\r\nexit-on-service-eof=true"))
                .isEqualTo(new ServiceConfig(Optional.empty(), false, false, true, true));
        assertThat(parse("force-user = 'user'\nwait-for-session=true\n"))
                .isEqualTo(new ServiceConfig(Optional.of("user"), true, false, false, false));
    }

    @Test
    void readsWhatSaysNothing() throws Exception {
        assertThat(parse("")).isEqualTo(ServiceConfig.NONE);
        assertThat(parse("# a comment\n\n#another = 1\n")).isEqualTo(ServiceConfig.NONE);
        assertThat(parse("wait-for-session = 0 # not here\nexit-on-client-eof=false#nor here\n"))
                .isEqualTo(ServiceConfig.NONE);
    }

    @Test
    void takesAUserWithWhatHoldsForSocketsWhenThatIsOff() throws Exception {
        assertThat(parse("force-user='user'\nskip-service-descriptor=false\n").forceUser())
                .contains("user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"skip-service-descriptor", "exit-on-client-eof", "exit-on-service-eof"})
    void refusesAUserWithWhatHoldsForSockets(String key) {
        assertThatThrownBy(() -> parse("force-user='user'\n\n" + key + " = true\n"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageContainingAll("rpc-config/svc:3: ", "`force-user`", "`" + key + "`");
        assertThatThrownBy(() -> parse(key + " = true\nforce-user='user'\n"))
                .hasMessageContaining("rpc-config/svc:2: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "wait-for-session = 00 | is a number",
                "wait-for-session = 01 | is a number",
                "wait-for-session = 2 | `true`, `false`, 0 or 1",
                "wait-for-session = | no value",
                "wait-for-session = # 1 | no value",
                "wait-for-session = \"a\" | single quotes",
                "wait-for-session = 'true' | `true` or `false`",
                "wait-for-session | no `=`",
                "wait-for-session true | no `=`",
                "wait-for-session = true false | behind the value",
                "wait-for-session = -1 | is a number",
                "wait-for-session = 99999999999999999999 | is a number",
                "exit-on-client-eof = 1 | `true` or `false`",
                "exit-on-service-eof = truer | is a number",
                "skip-service-descriptor = False | is a number",
                "force-user = user | is a number",
                "force-user = 'user | no end",
                "force-user = 'us'er' | behind the value",
                "force-user = '''user''' | not in three",
                "force-user = '' | name in single quotes",
                "force-user = 1000 | name in single quotes",
                "force-usr = 'user' | did you mean `force-user`",
                "anything = 1 | there is `force-user`, `wait-for-session`",
                "[section] | not with `[`",
                "^ wait-for-session = 1^ | not with ` `",
                "^wait-for-session = 1\u0000^ | NUL",
            })
    void saysWhereAndWhatIsWrong(String line, String message) {
        assertThatThrownBy(() -> parse("# first\n" + line + "\n"))
                .isInstanceOf(CallException.Failed.class)
                .hasMessageStartingWith("rpc-config/svc:2: ")
                .hasMessageContaining(message);
    }

    @Test
    void refusesAKeyThatIsThereTwice() {
        assertThatThrownBy(() -> parse("wait-for-session=1\nwait-for-session=1\n"))
                .hasMessage("rpc-config/svc:2: `wait-for-session` is there twice");
    }

    @Test
    void showsNothingUnescaped() {
        assertThatThrownBy(() -> parse("a\033[31m = 1\n")).hasMessageNotContaining("\033");
    }

    @Property(tries = 2_000)
    void failsWithAPlaceOrNotAtAll(@ForAll("texts") String text) {
        try {
            ServiceConfig config = parse(text);
            assertThat(config.forceUser().isPresent() && config.isForSockets()).isFalse();
        } catch (CallException fault) {
            assertThat(fault).isInstanceOf(CallException.Failed.class);
            assertThat(fault.getMessage()).matches("rpc-config/svc:[0-9]+: [\\x20-\\x7e…]+");
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> pieces = Arbitraries.of(
                "force-user",
                "wait-for-session",
                "skip-service-descriptor",
                "exit-on-client-eof",
                "=",
                " = ",
                "'",
                "'u'",
                "true",
                "false",
                "0",
                "1",
                "\n",
                "\r\n",
                "#",
                " ",
                "\t",
                "\0",
                "\"",
                "x",
                "\u00e9");
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(12).map(words -> String.join("", words)),
                Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(60));
    }
}
