package org.qair.policy;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Draws a graph as SVG: sources on the left, targets on the right, a curve for each edge. */
public final class SvgWriter {
    private static final int ROW = 36;
    private static final int BOX = 24;
    private static final int WIDTH = 1000;
    private static final int SIDE = 240;
    private static final int TOP = 44;
    private static final int MOST_SERVICES = 3;

    private final PolicyGraph graph;
    private final Map<String, Integer> left = new LinkedHashMap<>();
    private final Map<String, Integer> right = new LinkedHashMap<>();
    private final StringBuilder svg = new StringBuilder();

    private SvgWriter(PolicyGraph graph) {
        this.graph = graph;
        graph.edges().forEach(edge -> {
            left.computeIfAbsent(edge.source(), name -> left.size());
            right.computeIfAbsent(edge.target(), name -> right.size());
        });
    }

    public static String write(PolicyGraph graph) {
        return new SvgWriter(graph).draw();
    }

    private String draw() {
        int height = TOP + ROW * Math.max(1, Math.max(left.size(), right.size()));
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\">\n"
                .formatted(WIDTH, height, WIDTH, height));
        svg.append(STYLE);
        svg.append(text("legend", 8, 20, "source"));
        svg.append(text("legend allow", 300, 20, "allow"));
        svg.append(text("legend ask", 400, 20, "ask"));
        svg.append(text("legend deny", 500, 20, "deny"));
        svg.append(text("legend", WIDTH - SIDE, 20, "target"));
        graph.edges().forEach(this::edge);
        left.forEach((name, row) -> node(name, 0, row));
        right.forEach((name, row) -> node(name, WIDTH - SIDE, row));
        return svg.append("</svg>\n").toString();
    }

    private void edge(PolicyGraph.Edge edge) {
        int from = middle(left.getOrDefault(edge.source(), 0));
        int to = middle(right.getOrDefault(edge.target(), 0));
        String kind = edge.kind().name().toLowerCase(Locale.ROOT);
        String all = String.join(", ", edge.services());
        svg.append("<g class=\"%s\"><title>%s %s %s: %s</title><path d=\"M %d %d C %d %d %d %d %d %d\"/>"
                .formatted(
                        kind,
                        escape(edge.source()),
                        kind,
                        escape(edge.target()),
                        escape(all),
                        SIDE,
                        from,
                        WIDTH / 2,
                        from,
                        WIDTH / 2,
                        to,
                        WIDTH - SIDE,
                        to));
        svg.append(text("label", WIDTH / 2, (from + to) / 2 - 4, label(edge))).append("</g>\n");
    }

    private static String label(PolicyGraph.Edge edge) {
        String shown =
                String.join(", ", edge.services().stream().limit(MOST_SERVICES).toList());
        int more = edge.services().size() - MOST_SERVICES;
        return more > 0 ? shown + " and " + more + " more" : shown;
    }

    private void node(String name, int x, int row) {
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
                .formatted(x, middle(row) - BOX / 2, SIDE, BOX));
        svg.append(text("node", x + SIDE / 2, middle(row) + 5, name));
    }

    private static int middle(int row) {
        return TOP + ROW * row + BOX / 2;
    }

    private static String text(String css, int x, int y, String content) {
        return "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n".formatted(css, x, y, escape(content));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static final String STYLE = """
            <style>
            text { font: 13px sans-serif; fill: #24292f; }
            rect { fill: #f6f8fa; stroke: #57606a; }
            path { fill: none; stroke-width: 1.5; }
            .node, .label { text-anchor: middle; }
            .label { font-size: 11px; }
            .allow path { stroke: #1a7f37; } .allow.legend { fill: #1a7f37; }
            .ask path { stroke: #9a6700; stroke-dasharray: 6 4; } .ask.legend { fill: #9a6700; }
            .deny path { stroke: #cf222e; stroke-dasharray: 2 4; } .deny.legend { fill: #cf222e; }
            </style>
            """;
}
