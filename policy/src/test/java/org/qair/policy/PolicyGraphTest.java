package org.qair.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.qair.policy.TestSystem.qube;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class PolicyGraphTest {
    private final SystemInfo system = new TestSystem()
            .add(qube("work").dvm("dvm"))
            .add(qube("vault"))
            .add(qube("dvm").template())
            .add(qube("relay"))
            .add(qube("pi").remote("relay", "T"))
            .build();

    private List<String> edges(Optional<String> service, Optional<String> source, String... lines) throws Exception {
        PolicyGraph graph =
                PolicyGraph.of(Policy.parse(MemoryFiles.of(lines)), system, service, source.map(QubeName::new));
        return graph.edges().stream()
                .map(edge -> edge.source() + " " + edge.kind() + " " + edge.target() + " " + edge.services())
                .toList();
    }

    private List<String> edges(String... lines) throws Exception {
        return edges(Optional.empty(), Optional.empty(), lines);
    }

    @Test
    void anEdgeForEachDecisionWithItsServices() throws Exception {
        assertThat(edges(
                        "a * work vault allow",
                        "b +x work vault allow",
                        "a * vault work ask",
                        "a * work dom0 deny",
                        "* * @anyvm @anyvm deny"))
                .containsExactly("vault ASK work [a]", "work DENY @adminvm [a]", "work ALLOW vault [a, b+x]");
    }

    @Test
    void redirectsDisposablesAndRemoteVmsGoWhereTheCallGoes() throws Exception {
        assertThat(edges("a * work @default allow target=pi", "b * work @dispvm allow", "c * vault @dispvm:dvm allow"))
                .containsExactly("vault ALLOW @dispvm:dvm [c]", "work ALLOW @dispvm:dvm [b]", "work ALLOW pi [a]");
    }

    @Test
    void aRuleForEveryServiceIsAStar() throws Exception {
        assertThat(edges("a * work vault deny", "* * work vault allow"))
                .containsExactly("work ALLOW vault [*]", "work DENY vault [a]");
    }

    @Test
    void onlyTheServiceAndTheSourceThatAreAskedFor() throws Exception {
        String[] lines = {"a * work vault allow", "b * work vault allow", "b +x vault work allow"};
        assertThat(edges(Optional.of("b"), Optional.empty(), lines))
                .containsExactly("vault ALLOW work [b+x]", "work ALLOW vault [b, b+x]");
        assertThat(edges(Optional.of("b"), Optional.of("vault"), lines)).containsExactly("vault ALLOW work [b+x]");
        assertThat(edges(Optional.of("unheard-of"), Optional.empty(), "* * work vault allow"))
                .containsExactly("work ALLOW vault [unheard-of]");
    }

    @Test
    void dotTellsAllowAskAndDenyApart() throws Exception {
        String dot = DotWriter.write(graph());
        assertThat(dot)
                .startsWith("digraph policy {")
                .contains("\"work\" -> \"vault\" [label=\"a\\nb\", class=\"allow\", color=\"#1a7f37\"];")
                .contains("\"vault\" -> \"work\" [label=\"a\", class=\"ask\", color=\"#9a6700\", style=dashed];")
                .contains("class=\"deny\", color=\"#cf222e\", style=dotted, arrowhead=tee];")
                .endsWith("}\n");
    }

    @Test
    void svgIsWellFormedWithANodeForEachPartyAndACurveForEachEdge() throws Exception {
        Document svg = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(SvgWriter.write(graph()).getBytes(StandardCharsets.UTF_8)));
        assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(3);
        assertThat(svg.getElementsByTagName("rect").getLength()).isEqualTo(2 + 3);
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("vault ask work: a");
        assertThat(svg.getDocumentElement().getAttribute("viewBox")).isEqualTo("0 0 1000 152");
        String first = svg.getElementsByTagName("path")
                .item(0)
                .getAttributes()
                .getNamedItem("d")
                .getTextContent();
        assertThat(first).isEqualTo("M 240 56 C 500 56 500 56 760 56");
        String last = svg.getElementsByTagName("path")
                .item(2)
                .getAttributes()
                .getNamedItem("d")
                .getTextContent();
        assertThat(last).isEqualTo("M 240 92 C 500 92 500 128 760 128");
    }

    @Test
    void aLabelNamesThreeServicesAndHowManyMore() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of(
                "a * work vault allow",
                "b * work vault allow",
                "c * work vault allow",
                "d * work vault allow",
                "e * work vault allow"));
        String svg = SvgWriter.write(PolicyGraph.of(policy, system, Optional.empty(), Optional.empty()));
        assertThat(svg).contains(">a, b, c and 2 more<").contains("work allow vault: a, b, c, d, e");
        assertThat(SvgWriter.write(new PolicyGraph(List.of()))).contains("height=\"80\"");
    }

    private PolicyGraph graph() throws Exception {
        Policy policy = Policy.parse(MemoryFiles.of(
                "a * work vault allow", "b * work vault allow", "a * vault work ask", "a * work dom0 deny"));
        return PolicyGraph.of(policy, system, Optional.empty(), Optional.empty());
    }
}
