package org.qair.policy;

import java.util.Locale;

/** Writes a graph in the language of Graphviz. */
public final class DotWriter {
    private DotWriter() {}

    public static String write(PolicyGraph graph) {
        StringBuilder dot = new StringBuilder("digraph policy {\n  rankdir=LR;\n  node [shape=box];\n");
        for (PolicyGraph.Edge edge : graph.edges()) {
            dot.append("  \"%s\" -> \"%s\" [label=\"%s\", class=\"%s\", %s];\n"
                    .formatted(
                            edge.source(),
                            edge.target(),
                            String.join("\\n", edge.services()),
                            edge.kind().name().toLowerCase(Locale.ROOT),
                            style(edge.kind())));
        }
        return dot.append("}\n").toString();
    }

    private static String style(PolicyGraph.Kind kind) {
        return switch (kind) {
            case ALLOW -> "color=\"#1a7f37\"";
            case ASK -> "color=\"#9a6700\", style=dashed";
            case DENY -> "color=\"#cf222e\", style=dotted, arrowhead=tee";
        };
    }
}
