package org.qair.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.channel.VchanLocation;

/** The launcher in {@code bin}, in a root of its own. */
@Timeout(120)
class LauncherTest {
    @TempDir
    Path root;

    private TestHost host;
    private Path link = Path.of("unset");

    @BeforeEach
    void install() throws IOException {
        Path bin = Files.createDirectory(root.resolve("bin"));
        try (Stream<Path> scripts = Files.list(Path.of("../bin"))) {
            for (Path script : scripts.toList()) {
                Files.copy(script, bin.resolve(script.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Path lib = Files.createDirectories(root.resolve("target/qair/lib"));
        for (String module : List.of("client", "channel", "protocol", "call", "policy")) {
            installJar(module, lib.resolve(module + "-0.1.0.jar"));
        }
        link = Files.createDirectories(root.resolve("usr/local/bin")).resolve("qrexec-client-vm");
        Files.createSymbolicLink(link, bin.resolve("qrexec-client-vm"));
        host = new TestHost(Files.createDirectory(root.resolve("host")));
        host.with("echo", (call, streams) -> {
            streams.stdin().transferTo(streams.stdout());
            return 7;
        });
    }

    @AfterEach
    void stopHost() throws IOException {
        host.close();
    }

    private static void installJar(String module, Path jar) throws IOException {
        Path classes = Stream.of(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
                .filter(entry -> entry.contains("/" + module + "/target/") && !entry.contains("test-classes"))
                .map(Path::of)
                .findFirst()
                .orElseThrow();
        if (Files.isRegularFile(classes)) {
            Files.copy(classes, jar);
            return;
        }
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream to = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                to.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                Files.copy(file, to);
                to.closeEntry();
            }
        }
    }

    private record Result(int code, String out, String err) {}

    private Result run(Path program, String... words) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Stream.concat(Stream.of(program.toString()), Stream.of(words)).toList());
        builder.environment().keySet().removeIf(name -> name.startsWith("VCHAN_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("QREXEC_REMOTE_DOMAIN", "work"); // as an agent tells a service
        builder.environment().put("QREXEC_SERVICE_FULL_NAME", "echo");
        Process process = builder.start();
        try (OutputStream input = process.getOutputStream()) {
            input.write("hello".getBytes(UTF_8));
        }
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
        return new Result(process.waitFor(), out, err);
    }

    private Result call() throws Exception {
        return run(link, "--agent-socket=" + host.socket, "@default", "echo");
    }

    @Test
    void worksThroughASymlinkAndMakesItsCacheQuietly() throws Exception {
        Path cache = root.resolve("target/qair/client.aot");
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertThat(cache).isNotEmptyFile();
        assertThat(root.resolve("target/qair/client.aot.lock")).doesNotExist();
        Object made = Files.getAttribute(cache, "unix:ino");
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertThat(Files.getAttribute(cache, "unix:ino")).as("made once").isEqualTo(made);
    }

    /** A class that is made at run time, such as a record's first {@code equals} makes, costs more than a call. */
    @Test
    void allClassesOfACallAreFromTheCache() throws Exception {
        Path loaded = log("class+load");
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertFromTheCache(loaded, "org.qair.client.Main");
        VchanLocation.find(host.socket, Map.of()).orInBand().write(VchanLocation.file(host.socket));
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertFromTheCache(loaded, "org.qair.client.Main");
        Path proxy = root.resolve("bin/qubesair-sshproxy");
        assertThat(run(proxy, host.socket.toString())).isEqualTo(new Result(7, "hello", ""));
        assertFromTheCache(loaded, "org.qair.client.SshProxy");
    }

    /** The JDK's close of a socket would do that, for a question about Windows. */
    @Test
    void noCallLearnsOfTheInternet() throws Exception {
        Path begun = log("class+init");
        VchanLocation.find(host.socket, Map.of()).orInBand().write(VchanLocation.file(host.socket));
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertThatNoneIsOfTheInternet(begun);
        Path proxy = root.resolve("bin/qubesair-sshproxy");
        assertThat(run(proxy, host.socket.toString())).isEqualTo(new Result(7, "hello", ""));
        assertThatNoneIsOfTheInternet(begun);
    }

    private static void assertThatNoneIsOfTheInternet(Path begun) throws IOException {
        assertThat(Files.readAllLines(begun))
                .anyMatch(line -> line.contains("Initializing 'sun/nio/ch/SocketChannelImpl'"))
                .noneMatch(line -> line.contains("Initializing 'java/net/InetAddress'"));
    }

    /** Puts a JVM in the place of the launcher's that tells in a file what the last start has done, with classes for example. */
    private Path log(String what) throws IOException {
        Path log = root.resolve("log");
        Path java = Files.createDirectories(root.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                for word; do
                    shift
                    [ "$word" != -Xlog:disable ] || word=-Xlog:%s:file=%s::filecount=0
                    set -- "$@" "$word"
                done
                exec %s/bin/java "$@"
                """.formatted(what, log, System.getProperty("java.home")));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.writeString(root.resolve("target/qair/jdk"), root.resolve("jdk") + "\n");
        return log;
    }

    private static void assertFromTheCache(Path loaded, String main) throws IOException {
        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains(" " + main + " source: shared objects file"))
                .filteredOn(line -> !line.contains("source: shared objects file"))
                .allMatch(line -> line.endsWith("source: jrt:/java.base"), "one of the JDK that no cache holds");
    }

    @Test
    void aBrokenCacheAndAMovedJdkAreHarmless() throws Exception {
        Path qair = root.resolve("target/qair");
        Files.writeString(qair.resolve("client.aot"), "no cache at all");
        Files.writeString(qair.resolve("jdk"), "/nonexistent\n");
        assertThat(call()).isEqualTo(new Result(7, "hello", ""));
        assertThat(qair.resolve("jdk")).hasContent(System.getProperty("java.home"));
    }

    @Test
    void outputIsFilteredWhereItIsATerminal() throws Exception {
        Files.writeString(root.resolve("target/qair/client.aot"), "");
        host.with("paint", (call, streams) -> {
            streams.stdout().write("\u001b[31mout".getBytes(UTF_8));
            streams.stderr().write("\u001b[31merr".getBytes(UTF_8));
            return 0;
        });
        String painted = link + " --agent-socket=" + host.socket + " @default paint";
        assertThat(onTerminal(painted)).contains("_[31mout", "_[31merr");
        assertThat(onTerminal(painted + " 2>/dev/null | cat")).contains("\u001b[31mout");
        assertThat(onTerminal(painted + " 2>&1 >/dev/null | cat")).contains("\u001b[31merr");
        assertThat(onTerminal(painted + " >/dev/null")).contains("_[31merr");
    }

    /** What a terminal shows of a line of the shell. */
    private String onTerminal(String line) throws Exception {
        Path script = Files.writeString(root.resolve("line"), "#!/bin/sh\n" + line + "\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        return run(Path.of("socat"), "-t30", "STDIO", "EXEC:" + script + ",pty,stderr")
                .out();
    }

    @Test
    void theProgramsOfQubesDbStartTheSameWay() throws Exception {
        Files.writeString(root.resolve("target/qair/client.aot"), "");
        Result result = run(root.resolve("bin/qubesdb-read"), "-d", "absent", "/name");
        assertThat(result.err()).contains("qubesdb-read: cannot connect to `/var/run/qubes/qubesdb.absent.ro.sock`");
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void optionsOfTheEnvironmentDoNotSpeak() throws Exception {
        Files.writeString(root.resolve("target/qair/client.aot"), "");
        Path wrapper = Files.writeString(
                root.resolve("wrapper"), "#!/bin/sh\nJAVA_TOOL_OPTIONS=-Dx=y exec \"" + link + "\" \"$@\"\n");
        assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        assertThat(run(wrapper, "only-a-target").err()).startsWith("qrexec-client-vm: SERVICE is missing");
    }
}
