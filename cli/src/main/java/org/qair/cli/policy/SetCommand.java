package org.qair.cli.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.qair.host.policyrpc.PolicyRpc;
import org.qair.host.policyrpc.PolicyRpcException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts one file in the place of another. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        description = {
            "Replaces a file of the host's policy by what comes on stdin, or makes it.",
            "The whole policy must be good with it and keep its own tests; else nothing is changed."
        },
        footer = {
            "",
            "Examples:",
            "  echo 'qubes.Gpg * work vault allow' | qair policy set 30-gpg --token new",
            "  qair policy get 30-user --with-token > mine; vi mine; qair policy set 30-user --with-token < mine"
        })
final class SetCommand extends FilesCommand {
    @Parameters(paramLabel = "FILE", description = FILE)
    private String file = "";

    @Option(names = "--token", paramLabel = "TOKEN", defaultValue = "any", description = TOKEN)
    private String token = "any";

    @Option(names = "--with-token", description = "The first line of stdin is the token.")
    private boolean withToken;

    private InputStream stdin = System.in;

    /** Takes the file from elsewhere than stdin. */
    void readFrom(InputStream content) {
        stdin = content;
    }

    @Override
    void run(PolicyFileCalls calls) throws PolicyRpcException, IOException, InterruptedException {
        byte[] content = stdin.readNBytes(PolicyRpc.MAX_PAYLOAD + 1);
        if (content.length > PolicyRpc.MAX_PAYLOAD) {
            throw new UnusableInputException("stdin has more than %d bytes".formatted(PolicyRpc.MAX_PAYLOAD));
        }
        if (!withToken) {
            calls.replace(PolicyFileName.of(file), token, content);
            return;
        }
        int newline = 0;
        while (newline < content.length && content[newline] != '\n') {
            newline++;
        }
        if (newline == content.length) {
            throw new UnusableInputException("stdin has no line with a token");
        }
        String said = new String(content, 0, newline, StandardCharsets.ISO_8859_1);
        calls.replace(PolicyFileName.of(file), said, Arrays.copyOfRange(content, newline + 1, content.length));
    }
}
