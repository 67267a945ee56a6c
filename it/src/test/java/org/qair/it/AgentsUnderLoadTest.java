package org.qair.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.qair.client.QrexecCall;
import org.qair.client.QrexecClient;

/** Many calls of agents, at once and one after another, and what they leave behind: nothing. */
@Timeout(3600)
class AgentsUnderLoadTest {
    private static final int AT_ONCE = 500;
    private static final int IN_A_ROW = Integer.getInteger("qair.it.calls", 200);
    private static final Pattern USED = Pattern.compile("used ([0-9]+)K");

    /** A collected heap of the same objects differs by this between two looks at it, at most. */
    private static final long NOISE_KILOBYTES = 4_096;

    private static final Set<String> TEXT = Set.of("java.lang.String", "[B");
    private static final Pattern COUNTED = Pattern.compile("(?m)^ *[0-9]+: +([0-9]+) +[0-9]+ +([^ \\n]+)");

    @TempDir
    static Path directory;

    private static AgentEstate estate;

    @BeforeAll
    static void start() throws Exception {
        estate = new AgentEstate(directory).start();
    }

    @AfterAll
    static void stop() {
        estate.close();
    }

    private static String echo(QrexecClient client, String target, String text) throws IOException {
        try (QrexecCall call = client.call(target, "test.Cat")) {
            try (OutputStream input = call.stdin()) {
                input.write(text.getBytes(UTF_8));
            }
            String answer = new String(call.stdout().readAllBytes(), UTF_8);
            return answer + " " + call.exitCode();
        }
    }

    @Test
    void fiveHundredAtOnceAllSucceed() throws Exception {
        QrexecClient client = estate.a1.client();
        List<Future<String>> calls = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < AT_ONCE; i++) {
                String text = "call " + i;
                calls.add(threads.submit(() -> echo(client, "a2", text)));
            }
            for (int i = 0; i < AT_ONCE; i++) {
                assertThat(calls.get(i).get()).isEqualTo("call " + i + " 5");
            }
        }
    }

    /**
     * What a process has.
     *
     * @param objects how many there are of each class, which shows what is too small for the kilobytes: one taken port a call, say
     */
    private record Has(long descriptors, long kilobytes, Map<String, Long> objects) {
        static Has of(Process process) throws Exception {
            String pid = Long.toString(process.pid());
            jcmd(process, pid, "GC.run");
            Matcher used = USED.matcher(jcmd(process, pid, "GC.heap_info"));
            long kilobytes = 0;
            while (used.find()) {
                kilobytes += Long.parseLong(used.group(1));
            }
            Map<String, Long> objects = new HashMap<>();
            Matcher counted = COUNTED.matcher(jcmd(process, pid, "GC.class_histogram"));
            while (counted.find()) {
                objects.merge(counted.group(2), Long.parseLong(counted.group(1)), Long::sum);
            }
            try (Stream<Path> open = Files.list(Path.of("/proc", pid, "fd"))) {
                return new Has(open.count(), kilobytes, objects);
            }
        }

        /** Of which classes there are more by an object in four calls than before; text is not counted, the host has more of it. */
        Map<String, Long> grownSince(Has before) {
            return objects.entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            entry -> entry.getValue() - before.objects.getOrDefault(entry.getKey(), 0L)))
                    .entrySet()
                    .stream()
                    .filter(entry -> entry.getValue() > IN_A_ROW / 4 && !TEXT.contains(entry.getKey()))
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        }

        @Override
        public String toString() {
            return "%d descriptors, %d KiB".formatted(descriptors, kilobytes);
        }

        private static String jcmd(Process process, String... words) throws Exception {
            Path java = Path.of(process.info().command().orElseThrow());
            List<String> command =
                    new ArrayList<>(List.of(java.resolveSibling("jcmd").toString()));
            command.addAll(List.of(words));
            return Programs.run(command, new byte[0]).stdout();
        }
    }

    private static List<Process> processes() {
        return List.of(estate.host.process(), estate.a1.process(), estate.a2.process());
    }

    private static List<Has> measured() throws Exception {
        List<Has> all = new ArrayList<>();
        for (Process process : processes()) {
            all.add(Has.of(process));
        }
        return all;
    }

    private static void callInARow(int count) throws IOException {
        QrexecClient client = estate.a1.client();
        for (int i = 0; i < count; i++) {
            assertThat(echo(client, i % 2 == 0 ? "a2" : "work", "x" + i)).startsWith("x" + i + " ");
        }
    }

    @Test
    void oneAfterAnotherTheyLeaveNothingBehind() throws Exception {
        callInARow(100);
        List<Has> before = measured();
        callInARow(IN_A_ROW);
        Await.until(() -> dataSockets().isEmpty());
        List<Has> after = measured();
        System.out.printf("%d calls: before %s, after %s%n", IN_A_ROW, before, after);
        for (int i = 0; i < before.size(); i++) {
            String process = i == 0 ? "host" : "agent a" + i;
            assertThat(after.get(i).descriptors())
                    .as("descriptors of " + process)
                    .isLessThanOrEqualTo(before.get(i).descriptors() + 3);
            assertThat(after.get(i).kilobytes())
                    .as("heap of " + process)
                    .isLessThanOrEqualTo(before.get(i).kilobytes() + NOISE_KILOBYTES);
            assertThat(after.get(i).grownSince(before.get(i)))
                    .as("objects of " + process)
                    .isEmpty();
        }
    }

    private static List<Path> dataSockets() throws IOException {
        try (Stream<Path> found = Files.walk(estate.host.layout.vchans())) {
            return found.filter(path -> path.toString().matches(".*[.][0-9]+[.]sock"))
                    .filter(path -> !path.toString().endsWith(".512.sock"))
                    .toList();
        }
    }
}
