package org.qair.client;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MainTest {
    @TempDir
    Path directory;

    private TestHost host;

    @BeforeEach
    void startHost() throws IOException {
        host = new TestHost(directory);
    }

    @AfterEach
    void stopHost() throws IOException {
        host.close();
    }

    private ClientProcess client(String... words) throws IOException {
        return clientWith(List.of(), words);
    }

    private ClientProcess clientWith(List<String> jvm, String... words) throws IOException {
        return ClientProcess.start(
                jvm,
                Stream.concat(Stream.of("--agent-socket=" + host.socket), Stream.of(words))
                        .toArray(String[]::new));
    }

    private static byte[] read(ClientProcess client) {
        try {
            return client.output();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void carriesAMebibyteBothWaysAtOnceByteForByte() throws Exception {
        byte[] upward = new byte[3 << 20];
        byte[] downward = new byte[5 << 20];
        new Random(1).nextBytes(upward);
        new Random(2).nextBytes(downward);
        CompletableFuture<byte[]> received = new CompletableFuture<>();
        host.with("both", (call, streams) -> {
            Thread reading = Thread.ofVirtual().start(() -> {
                try {
                    received.complete(streams.stdin().readAllBytes());
                } catch (IOException | RuntimeException failure) {
                    received.completeExceptionally(failure);
                }
            });
            streams.stdout().write(downward);
            streams.stdout().close();
            reading.join();
            return 9;
        });
        try (ClientProcess client = client("target", "both")) {
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> read(client));
            client.input(upward);
            assertThat(output.get()).isEqualTo(downward);
            assertThat(received.get()).isEqualTo(upward);
            assertThat(client.exitCode()).isEqualTo(9);
        }
    }

    @Test
    void theServiceCanEndItsOutputLongBeforeTheCallerItsInput() throws Exception {
        host.with("answer-first", (call, streams) -> {
            streams.stdout().write("answer".getBytes(UTF_8));
            streams.stdout().close();
            return streams.stdin().readAllBytes().length;
        });
        try (ClientProcess client = client("target", "answer-first")) {
            assertThat(client.output()).asString().isEqualTo("answer");
            client.input(new byte[77]);
            assertThat(client.exitCode()).isEqualTo(77);
        }
    }

    @Test
    void sendsWhatTheOptionsSay() throws Exception {
        host.with("-svc", (call, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            return 0;
        });
        try (ClientProcess client = client("-p", "prefix ", "--source-qube=other", "--", "$dispvm:x", "-svc+a")) {
            client.input("input".getBytes(UTF_8));
            assertThat(client.output()).asString().isEqualTo("prefix input");
            assertThat(client.exitCode()).isZero();
        }
        assertThat(host.asked.getFirst().requestedSource()).hasValue("other");
        assertThat(host.asked.getFirst().target()).isEqualTo("@dispvm:x");
        assertThat(host.asked.getFirst().service()).isEqualTo("-svc+a");
    }

    @Test
    void refusedIs126() throws Exception {
        try (ClientProcess client = client("target", "absent")) {
            assertThat(client.errors()).isEqualTo("Request refused\n");
            assertThat(client.exitCode()).isEqualTo(126);
        }
    }

    @Test
    void wrongUsageIs2WithAnExample() throws Exception {
        try (ClientProcess client = client("only-a-target")) {
            assertThat(client.errors())
                    .startsWith("qrexec-client-vm: SERVICE is missing\n")
                    .contains("for example:");
            assertThat(client.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void anAbsentHostIs125AndIsNamed() throws Exception {
        try (ClientProcess client =
                ClientProcess.start("--agent-socket=" + directory.resolve("nowhere"), "target", "svc")) {
            assertThat(client.errors()).contains("there is no socket `" + directory.resolve("nowhere") + "`");
            assertThat(client.exitCode()).isEqualTo(125);
        }
    }

    @Test
    void errorOutputIsOurErrorOutput() throws Exception {
        host.with("complain", (call, streams) -> {
            streams.stderr().write("\u001b[2Jé\n".getBytes(UTF_8));
            return 1;
        });
        try (ClientProcess client = client("target", "complain")) {
            assertThat(client.errors()).isEqualTo("\u001b[2Jé\n");
            assertThat(client.exitCode()).isEqualTo(1);
        }
        try (ClientProcess client = client("-T", "target", "complain")) {
            assertThat(client.errors()).isEqualTo("_[2J__\n");
        }
        try (ClientProcess client = clientWith(List.of("-Dqair.terminals=12"), "target", "complain")) {
            assertThat(client.errors()).isEqualTo("_[2J__\n");
        }
    }

    @Test
    void outputIsFilteredOnATerminalOrOnRequest() throws Exception {
        host.with("paint", (call, streams) -> {
            streams.stdout().write("a\t\u001b[31mb\u0007\n".getBytes(UTF_8));
            return 0;
        });
        List<String> terminal = List.of("-Dqair.terminals=1");
        String raw = "a\t\u001b[31mb\u0007\n";
        String filtered = "a\t_[31mb\u0007\n";
        assertThat(outputOf(List.of(), "target", "paint")).isEqualTo(raw);
        assertThat(outputOf(List.of(), "-t", "target", "paint")).isEqualTo(filtered);
        assertThat(outputOf(terminal, "target", "paint")).isEqualTo(filtered);
        assertThat(outputOf(terminal, "--no-filter-escape-chars-stdout", "target", "paint"))
                .isEqualTo(raw);
    }

    private String outputOf(List<String> jvm, String... words) throws IOException {
        try (ClientProcess client = clientWith(jvm, words)) {
            return new String(client.output(), UTF_8);
        }
    }

    @Test
    void aKilledClientFreesItsCall() throws Exception {
        host.with("sleep", (call, streams) -> {
            streams.stdout().write('x');
            Thread.sleep(Duration.ofHours(1));
            return 0;
        });
        try (ClientProcess client = client("target", "sleep")) {
            assertThat(client.process.getInputStream().read()).isEqualTo('x');
            client.process.getOutputStream().write(new byte[64 * 1024]); // nobody will read it
            client.process.getOutputStream().flush();
            client.process.destroyForcibly();
            assertThat(host.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
        }
    }

    @Test
    void sigtermEndsTheCallWith143() throws Exception {
        host.with("sleep", (call, streams) -> {
            streams.stdout().write('x');
            Thread.sleep(Duration.ofHours(1));
            return 0;
        });
        try (ClientProcess client = client("target", "sleep")) {
            assertThat(client.process.getInputStream().read()).isEqualTo('x');
            client.process.destroy();
            assertThat(host.ends.poll(60, TimeUnit.SECONDS)).isEqualTo("interrupted");
            assertThat(client.exitCode()).isEqualTo(143);
        }
        try (Stream<Path> left = Files.list(directory.resolve("vchan"))) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aClosedOutputEndsTheCallLikeABrokenPipe() throws Exception {
        host.with("yes", (call, streams) -> {
            while (true) {
                streams.stdout().write(new byte[4096]);
            }
        });
        try (ClientProcess client = client("target", "yes")) {
            assertThat(client.process.getInputStream().read()).isZero();
            client.process.getInputStream().close();
            assertThat(client.exitCode()).isEqualTo(141);
        }
        assertThat(host.ends.poll(60, TimeUnit.SECONDS)).matches("interrupted|lost.*");
    }

    @Test
    void aLocalProgramTalksToTheServiceAndFindsOurDescriptors() throws Exception {
        host.with("upper", (call, streams) -> {
            String line = new String(streams.stdin().readAllBytes(), UTF_8);
            streams.stdout().write(line.toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8));
            return 0;
        });
        String script = "cat <&$SAVED_FD_0; exec 1>&-; cat >&3 || cat >/proc/self/fd/$SAVED_FD_1";
        String program =
                script.replace("cat >&3 || cat >/proc/self/fd/$SAVED_FD_1", "eval \"cat >&$SAVED_FD_1\"; exit 4");
        try (ClientProcess client = client("target", "upper", "/bin/sh", "-c", program, "$0")) {
            client.input("from our stdin".getBytes(UTF_8));
            assertThat(client.output()).asString().isEqualTo("FROM OUR STDIN");
            assertThat(client.exitCode()).as(client.errors()).isEqualTo(4);
        }
    }

    @Test
    void aLocalProgramFindsOurErrorOutputWhereItIsAskedFor() throws Exception {
        host.with("svc", (call, streams) -> 0);
        String program = "echo seen >&${SAVED_FD_2-9}";
        assertThat(errorsOf(program, Map.of("PASS_LOCAL_STDERR", "1"))).isEqualTo("seen\n");
        assertThat(errorsOf(program, Map.of())).isNotEqualTo("seen\n");
    }

    private String errorsOf(String program, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = ClientProcess.builder(
                List.of(), "--agent-socket=" + host.socket, "target", "svc", "/bin/sh", "-c", program);
        builder.environment().putAll(environment);
        return new String(builder.start().getErrorStream().readAllBytes(), UTF_8);
    }

    @Test
    void bytesOfTheCommandLineArriveWhateverTheLocale() throws Exception {
        host.with("svc", (call, streams) -> 0);
        ProcessBuilder builder =
                ClientProcess.builder(List.of(), "--agent-socket=" + host.socket, "-p", "ü", "täget", "svc");
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        assertThat(process.waitFor()).isZero();
        assertThat(host.asked.getFirst().target().getBytes(ISO_8859_1)).isEqualTo("täget".getBytes(UTF_8));
    }

    @Test
    void longNamesAndArgumentsAreSentOrRefusedHere() throws Exception {
        host.with("svc", (call, streams) -> 0);
        String longest = "svc+" + "x".repeat(60_000);
        try (ClientProcess client = client("a".repeat(63), longest)) {
            assertThat(client.exitCode()).isZero();
        }
        assertThat(host.asked.getFirst().service()).isEqualTo(longest);
        try (ClientProcess client = client("a".repeat(64), "svc")) {
            assertThat(client.errors()).contains("the target has 64 bytes, the limit is 63");
            assertThat(client.exitCode()).isEqualTo(125);
        }
    }

    @Test
    void standardInputCanBeASocketForBothDirections() throws Exception {
        host.with("upper", (call, streams) -> {
            String line = new String(streams.stdin().readAllBytes(), UTF_8);
            streams.stdout().write(line.toUpperCase(java.util.Locale.ROOT).getBytes(UTF_8));
            return 0;
        });
        List<String> command = ClientProcess.builder(
                        List.of(), "--agent-socket=" + host.socket, "--use-stdin-socket", "target", "upper")
                .command();
        Path script = Files.writeString(
                directory.resolve("script"), "#!/bin/sh\nexec '" + String.join("' '", command) + "'\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Process socat = new ProcessBuilder("socat", "-t30", "STDIO", "EXEC:" + script).start();
        try (OutputStream input = socat.getOutputStream()) {
            input.write("both ways".getBytes(UTF_8));
        }
        assertThat(socat.getInputStream().readAllBytes()).asString().isEqualTo("BOTH WAYS");
        assertThat(socat.waitFor()).isZero();
    }

    @Test
    void standardInputThatIsNoSocketIsRefused() throws Exception {
        try (ClientProcess client = client("--use-stdin-socket", "target", "svc")) {
            assertThat(client.errors()).contains("standard input is no stream socket");
            assertThat(client.exitCode()).isEqualTo(2);
        }
    }

    @Test
    void theRemoteExitCodeComesBeforeTheLocalPrograms() throws Exception {
        host.with("fail", (call, streams) -> 9);
        host.with("fine", (call, streams) -> 0);
        try (ClientProcess client = client("target", "fail", "/bin/sh", "-c", "exit 4")) {
            assertThat(client.exitCode()).isEqualTo(9);
        }
        try (ClientProcess client = client("target", "fine", "/bin/sh", "-c", "kill -9 $$")) {
            assertThat(client.exitCode()).isEqualTo(137);
        }
    }

    @Test
    void aLocalProgramThatWritesOnIsNotWaitedForWhenTheServiceHasEnded() throws Exception {
        host.with("deaf", (call, streams) -> 0);
        try (ClientProcess client = client("target", "deaf", "/bin/sh", "-c", "exec cat /dev/zero")) {
            assertThat(client.exitCode()).as("128 and SIGPIPE").isEqualTo(141);
        }
    }

    @Test
    void whatALocalProgramReadsIsFilteredOnRequest() throws Exception {
        host.with("paint", (call, streams) -> {
            streams.stdout().write("\u001b[31m".getBytes(UTF_8));
            return 0;
        });
        String[] program = {"target", "paint", "/bin/sh", "-c", "exec cat >&$SAVED_FD_1"};
        try (ClientProcess client = client(program)) {
            assertThat(client.output()).asString(UTF_8).isEqualTo("\u001b[31m");
        }
        try (ClientProcess client =
                client(Stream.concat(Stream.of("-t"), Stream.of(program)).toArray(String[]::new))) {
            assertThat(client.output()).asString(UTF_8).isEqualTo("_[31m");
        }
    }
}
