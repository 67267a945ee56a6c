package org.qair.registry.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.qair.policy.InvalidNameException;
import org.qair.policy.Printable;
import org.qair.policy.QubeName;
import org.qair.registry.RegistryError;
import org.qair.registry.RegistryException;
import org.qair.registry.RegistrySnapshot;
import org.qair.registry.admin.AdminMethod.Destination;
import org.qair.registry.admin.AdminMethod.Question;
import org.qair.registry.admin.AdminMethod.Takes;
import org.qair.registry.exchange.QubesExport;
import org.qair.registry.exchange.QubesFile;
import org.qair.registry.exchange.QubesFileException;
import org.qair.registry.exchange.QubesImport;
import org.qair.registry.exchange.QubesImport.Mode;

/**
 * {@code internal.qair.Export}, whose payload is the names of the wanted qubes, a line each, or nothing for all; and {@code
 * internal.qair.Import+preview}, {@code +apply} and {@code +new}, whose payload is the file's name, a newline and the file, and whose
 * answer is what became different, a line each, and after `# ` what was left out.
 */
final class ExchangeMethods {
    private ExchangeMethods() {}

    static void addTo(Map<String, AdminMethod> methods) {
        methods.put(
                "internal.qair.Export",
                new AdminMethod(Takes.NONE, Takes.ANY, Destination.DOM0, ExchangeMethods::export));
        methods.put(
                "internal.qair.Import",
                new AdminMethod(Takes.SOME, Takes.SOME, Destination.DOM0, ExchangeMethods::importFile));
    }

    private static AdminAnswer export(Question question) throws RegistryException {
        RegistrySnapshot now = question.registry().snapshot();
        List<QubeName> names = new ArrayList<>();
        for (String name : question.payload().lines().toList()) {
            try {
                names.add(new QubeName(name));
            } catch (InvalidNameException invalid) {
                throw new RegistryException(RegistryError.QubesValueError, String.valueOf(invalid.getMessage()));
            }
        }
        return AdminAnswer.Ok.of(names.isEmpty() ? QubesExport.ofAll(now) : QubesExport.of(now, names));
    }

    private static AdminAnswer importFile(Question question) throws RegistryException, MalformedCallException {
        byte[] payload = question.call().payload();
        int end = 0;
        while (end < payload.length && payload[end] != '\n') {
            end++;
        }
        String name = Printable.line(new String(payload, 0, end, StandardCharsets.UTF_8));
        byte[] content = Arrays.copyOfRange(payload, Math.min(end + 1, payload.length), payload.length);
        try {
            QubesFile file = QubesFile.read(name, content);
            List<String> lines = new ArrayList<>(QubesImport.run(file, question.registry(), mode(question.argument())));
            file.leftOut().forEach(what -> lines.add("# left out: " + what));
            return QubeMethods.lines(lines);
        } catch (QubesFileException broken) {
            throw new RegistryException(RegistryError.QubesValueError, String.valueOf(broken.getMessage()));
        }
    }

    private static Mode mode(String argument) throws MalformedCallException {
        return switch (argument) {
            case "preview" -> Mode.PREVIEW;
            case "apply" -> Mode.APPLY;
            case "new" -> Mode.NEW;
            default -> throw new MalformedCallException("an import is +preview, +apply or +new");
        };
    }
}
