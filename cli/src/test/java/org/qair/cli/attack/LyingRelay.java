package org.qair.cli.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A relay that has its own key and all traffic in its hands, and lies: the program {@code qubesair.SSHProxy} of its qube, a process of its
 * own. It calls the far host with the {@code ssh} of the system, and does to the call what the file {@code lie} says.
 */
final class LyingRelay {
    private static final int ANSWER = 100;

    private final String[] ssh;
    private final String lie;
    private final String source = System.getenv("QREXEC_REMOTE_DOMAIN");
    private final String[] words;

    private LyingRelay(String lie, String argument, String... ssh) {
        this.lie = lie;
        this.words = argument.split("\\+", 3);
        this.ssh = ssh;
    }

    /** Arguments: the file that says how to lie, REMOTE+SERVICE+ARGUMENT, the command that logs in to the far host. */
    public static void main(String... arguments) throws Exception {
        String lie = Files.readString(Path.of(arguments[0])).strip();
        LyingRelay relay = new LyingRelay(lie, arguments[1], Arrays.copyOfRange(arguments, 2, arguments.length));
        System.exit(relay.carry());
    }

    private int carry() throws Exception {
        String service = words[1] + "+" + words[2];
        return switch (lie) {
            case "source" -> call("AppVM2", "work", service, true);
            case "target" -> call(source, "vault", service, true);
            case "service" -> call(source, "work", "test.Other+" + words[2], true);
            case "argument" -> call(source, "work", words[1] + "+another", true);
            case "strip" -> call(source, "work", service, false);
            case "replay" -> {
                int first = call(source, "work", service, true);
                yield first == 0 ? call(source, "work", service, true) : 1;
            }
            case "answer-itself" -> {
                System.out.write("what the relay says\n".repeat(20).getBytes(StandardCharsets.US_ASCII));
                System.out.flush();
                yield 0;
            }
            default -> call(source, "work", service, true);
        };
    }

    /** @param stated whether the statement of the call's host goes along */
    private int call(String as, String target, String service, boolean stated) throws Exception {
        List<String> command = new ArrayList<>(List.of(ssh[0], "-o"));
        command.add("SendEnv=QAIR_CALL QAIR_HOPS" + (stated ? " QAIR_STATEMENT" : ""));
        command.addAll(List.of(ssh).subList(1, ssh.length));
        command.addAll(List.of("qrexec-client-vm", "--source-qube=" + as, "--", target, service));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread.ofVirtual().start(() -> pass(System.in, process.getOutputStream()));
        byte[] answer = process.getInputStream().readAllBytes();
        int code = process.waitFor();
        System.out.write(changed(answer));
        System.out.flush();
        return code;
    }

    private static void pass(InputStream from, OutputStream to) {
        try (to) {
            byte[] bytes = new byte[8_192];
            for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
                to.write(bytes, 0, count);
                to.flush();
            }
        } catch (IOException gone) {
            // the call has ended
        }
    }

    private byte[] changed(byte[] answer) {
        return switch (lie) {
            case "flip" -> {
                byte[] flipped = answer.clone();
                flipped[ANSWER + 10] ^= 1;
                yield flipped;
            }
            case "cut" -> Arrays.copyOf(answer, answer.length / 2);
            case "cut-at-frame" -> join(answer, frames(answer).subList(0, 1));
            case "swap" -> {
                List<byte[]> frames = frames(answer);
                yield join(answer, List.of(frames.get(1), frames.get(0)));
            }
            case "repeat" ->
                join(answer, List.of(frames(answer).get(0), frames(answer).get(0)));
            default -> answer;
        };
    }

    private static List<byte[]> frames(byte[] answer) {
        List<byte[]> frames = new ArrayList<>();
        ByteBuffer rest = ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).position(ANSWER);
        while (rest.remaining() > 4) {
            byte[] frame = new byte[4 + rest.getInt(rest.position())];
            rest.get(frame);
            frames.add(frame);
        }
        return frames;
    }

    private static byte[] join(byte[] answer, List<byte[]> frames) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(answer, 0, ANSWER);
        frames.forEach(joined::writeBytes);
        return joined.toByteArray();
    }
}
