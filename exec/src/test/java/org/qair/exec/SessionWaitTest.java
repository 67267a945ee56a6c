package org.qair.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // nothing interrupts the opening of a fifo
class SessionWaitTest {
    @TempDir
    Path directory;

    private TestServices services;

    @BeforeEach
    void makeServices() throws Exception {
        services = new TestServices(directory);
        services.script("svc", "cat " + directory + "/log", "echo ran");
        services.config("svc", "wait-for-session = 1");
        Files.writeString(directory.resolve("log"), "");
    }

    @Test
    void waitsForTheSessionFirst() throws Exception {
        services.script(
                "qubes.WaitForSession", "read user; echo \"$# $QREXEC_REMOTE_DOMAIN $user\" >" + directory + "/log");
        FileService files = services.files();
        assertThat(TestServices.output(
                        files,
                        TestServices.call("svc", Optional.of(UnixUser.own().name()))))
                .isEqualTo("0 vm1 " + UnixUser.own().name() + "\nran\n");
    }

    @Test
    void doesNotWaitWithoutGui() throws Exception {
        services.script("qubes.WaitForSession", "echo waited >" + directory + "/log");
        TestStreams streams = TestStreams.sending("");
        services.files().prepare(TestServices.call("svc"), true).run(streams);
        assertThat(streams.stdout.text()).isEqualTo("ran\n");
    }

    @Test
    void goesOnWhenTheWaitIsMissingOrFails() throws Exception {
        assertThat(services.output("svc")).isEqualTo("ran\n");
        services.script("qubes.WaitForSession", "echo waited >" + directory + "/log; exit 1");
        assertThat(services.output("svc")).isEqualTo("waited\nran\n");
    }

    @Test
    void letsAllWaitForOne() throws Exception {
        Path fifo = fifo("session");
        services.script("qubes.WaitForSession", "echo waited >>" + directory + "/log", "read line <" + fifo);
        FileService files = services.files();
        List<TestStreams> streams = List.of(TestStreams.sending(""), TestStreams.sending(""), TestStreams.sending(""));
        List<TestServices.Running> runs = IntStream.range(0, 3)
                .mapToObj(i -> TestServices.start(prepared(files), streams.get(i)))
                .toList();
        for (TestServices.Running run : runs) {
            while (run.thread().getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
        }
        Files.writeString(fifo, "here\n"); // opens only when the wait reads
        for (TestServices.Running run : runs) {
            assertThat(run.code().get()).isZero();
        }
        assertThat(streams).allSatisfy(one -> assertThat(one.stdout.text()).isEqualTo("waited\nran\n"));
    }

    @Test
    void endsTheWaitWhenTheLastThatWaitsIsCutOff() throws Exception {
        Path started = fifo("started");
        services.script("qubes.WaitForSession", "echo $$ >" + started, "exec sleep 1000");
        TestServices.Running run = TestServices.start(prepared(services.files()), TestStreams.sending(""));
        long pid = Long.parseLong(Files.readString(started).strip());
        run.thread().interrupt();
        assertThatThrownBy(run.code()::get).hasCauseInstanceOf(InterruptedException.class);
        ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
    }

    private Prepared prepared(FileService files) {
        try {
            return files.prepare(TestServices.call("svc"), false);
        } catch (Exception unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    private Path fifo(String name) throws Exception {
        Path fifo = directory.resolve(name);
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        return fifo;
    }
}
