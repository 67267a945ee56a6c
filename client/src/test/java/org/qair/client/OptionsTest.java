package org.qair.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
    private static Options parse(String line) throws UsageException {
        return Options.parse(line.split(" ", -1));
    }

    @Test
    void everyOptionIsTaken() throws Exception {
        Options options = parse("-tT --agent-socket=/a -p data -s other --buffer-size=65536 -- $adminvm svc+a");
        assertThat(options.filterStdout).isEqualTo(Options.Filter.ON);
        assertThat(options.filterStderr).isEqualTo(Options.Filter.ON);
        assertThat(options.agentSocket).isEqualTo("/a");
        assertThat(options.prefixData).isEqualTo("data");
        assertThat(options.source).isEqualTo("other");
        assertThat(options.target).isEqualTo("@adminvm");
        assertThat(options.service).isEqualTo("svc+a");
        assertThat(options.localProgram).isEmpty();
        assertThat(parse("--use-stdin-socket t s").useStdinSocket).isTrue();
        assertThat(parse("--help").help).isTrue();
    }

    @Test
    void optionsAreSpeltAsGetoptTakesThem() throws Exception {
        assertThat(parse("--source-qube other t s").source).isEqualTo("other");
        assertThat(parse("--source=other t s").source).isEqualTo("other");
        assertThat(parse("-sother t s").source).isEqualTo("other");
        assertThat(parse("-tsother t s").source).isEqualTo("other");
        assertThat(parse("-pdata t s").prefixData).isEqualTo("data");
        assertThat(parse("--no-filter-escape-chars-stdout t s").filterStdout).isEqualTo(Options.Filter.OFF);
        assertThat(parse("--no-filter-escape-chars-stderr t s").filterStderr).isEqualTo(Options.Filter.OFF);
    }

    @Test
    void helpIsGivenWhateverFollows() throws Exception {
        assertThat(parse("--help --nonsense").help).isTrue();
        assertThat(parse("-thx").help).isTrue();
    }

    @Test
    void aBufferSizeIsANumberAsStrtoulReadsIt() throws Exception {
        assertThat(parse("--buffer-size=0x10000 t s").target).isEqualTo("t");
        assertThat(parse("--buffer-size 0200000 t s").target).isEqualTo("t");
    }

    @Test
    void anEmptyPrefixIsOneToo() {
        assertThatThrownBy(() -> Options.parse("-p", "", "-p", "x", "t", "s")).hasMessage("-p can be given once only");
    }

    @Test
    void theFirstWordThatIsNoOptionEndsThem() throws Exception {
        Options options = parse("work -svc /bin/prog -t --help");
        assertThat(options.target).isEqualTo("work");
        assertThat(options.service).isEqualTo("-svc");
        assertThat(options.localProgram).containsExactly("/bin/prog", "-t", "--help");
        assertThat(options.filterStdout).isEqualTo(Options.Filter.BY_TERMINAL);
        assertThat(parse("-- -target -svc").target).isEqualTo("-target");
    }

    @Test
    void anEmptyTargetIsATarget() throws Exception {
        assertThat(Options.parse("", "qubes.UpdatesProxy").target).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "work, SERVICE is missing",
        "-x t s, `-x` is no option",
        "--nonsense t s, `--nonsense` is no option",
        "--filter t s, `--filter` can be --filter-escape-chars-stdout or --filter-escape-chars-stderr",
        "--help=x, `--help` takes no argument",
        "-s, `-s` needs an argument",
        "--agent-socket, `--agent-socket` needs an argument",
        "--buffer-size=x t s, buffer size `x` is no number of bytes up to 2147483647",
        "--buffer-size=-1 t s, buffer size `-1` is no number of bytes up to 2147483647",
        "--buffer-size=+1 t s, buffer size `+1` is no number of bytes up to 2147483647",
        "--buffer-size=2147483648 t s, buffer size `2147483648` is no number of bytes up to 2147483647",
        "-p a -p b t s, -p can be given once only",
        "--use-stdin-socket --use-stdin-socket t s, --use-stdin-socket can be given once only",
        "--use-stdin-socket t s /bin/prog, --use-stdin-socket and LOCAL_PROGRAM exclude each other",
    })
    void wrongUsageIsNamed(String line, String message) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(UsageException.class).hasMessage(message);
    }
}
