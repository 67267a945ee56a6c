package org.qair.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.qair.host.audit.AuditReader;
import org.qair.host.audit.ChainLink;
import org.qair.host.audit.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Checks that nothing in the audit was changed, taken out or put in.",
            "Whoever can write the audit can also make it anew from its beginning: to notice that, and a cut at its end, keep the place"
                    + " that this prints (or that the host logs) on another machine, and give it with --expect."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all fits", "1:something does not fit"},
        footer = {"", "Example:", "  qair audit verify --expect 1204:5f0c…"})
final class AuditVerifyCommand implements Callable<Integer> {
    @Mixin
    private RootOption root;

    @Option(
            names = "--expect",
            paramLabel = "NUMBER:HASH",
            converter = Place.class,
            description = "A place that was printed earlier, which the audit must still have.")
    private @Nullable ChainLink expected;

    @Option(names = "--json", description = "One JSON object: entries, head, faults.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try (AuditReader audit = AuditReader.open(root.layout().audit())) {
            Verification found = audit.verify(Optional.ofNullable(expected));
            show(found);
            return found.faults().isEmpty() ? 0 : 1;
        }
    }

    private void show(Verification found) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonMapper.shared()
                    .writeValueAsString(Map.of(
                            "entries", found.entries(), "head", found.head().toString(), "faults", found.faults())));
        } else if (found.faults().isEmpty()) {
            out.println("%d entries fit together; the audit is at %s".formatted(found.entries(), found.head()));
        } else {
            found.faults().forEach(fault -> out.println("audit: " + fault));
        }
        out.flush();
    }

    private static final class Place implements ITypeConverter<ChainLink> {
        @Override
        public ChainLink convert(String text) {
            try {
                return ChainLink.parse(text);
            } catch (IllegalArgumentException malformed) {
                throw new TypeConversionException(malformed.getMessage());
            }
        }
    }
}
