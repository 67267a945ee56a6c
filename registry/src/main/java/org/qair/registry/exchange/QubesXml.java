package org.qair.registry.exchange;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.qair.policy.Printable;
import org.qair.registry.Label;
import org.qair.registry.SettableProperties;
import org.qair.registry.exchange.QubesFile.QubeEntry;
import org.qair.registry.exchange.QubesFile.Value;

/**
 * The file in which a Qubes system keeps its qubes, {@code /var/lib/qubes/qubes.xml}. What a registry has no place for is left out
 * and counted. A document type declaration, and with it any entity, is refused.
 */
final class QubesXml {
    private final String file;
    private final List<String> faults = new ArrayList<>();
    private final Map<String, String> labelNames = new HashMap<>();
    private final SortedMap<String, Value> labels = new TreeMap<>();
    private final SortedMap<String, Value> host = new TreeMap<>();
    private final List<QubeEntry> qubes = new ArrayList<>();
    private final LeftOut leftOut = new LeftOut();
    private Optional<XmlDomain> domain = Optional.empty();

    QubesXml(String file) {
        this.file = file;
    }

    /** An element while it is open. */
    private record Open(String path, Map<String, String> attributes, String place, StringBuilder text) {
        String attribute(String name) {
            return attributes.getOrDefault(name, "");
        }
    }

    QubesFile read(byte[] content) throws QubesFileException {
        Deque<Open> open = new ArrayDeque<>();
        int line = 1;
        try {
            XMLStreamReader reader = factory().createXMLStreamReader(new ByteArrayInputStream(content));
            while (reader.hasNext()) {
                int event = reader.next();
                line = reader.getLocation().getLineNumber();
                switch (event) {
                    case XMLStreamConstants.DTD ->
                        throw new QubesFileException(
                                List.of("%s:%d: a document type declaration is not taken".formatted(file, line)));
                    case XMLStreamConstants.START_ELEMENT -> begin(open, reader, file + ":" + line);
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> {
                        if (!open.isEmpty()) {
                            open.peek().text().append(reader.getText());
                        }
                    }
                    case XMLStreamConstants.END_ELEMENT -> end(open.pop());
                    default -> {
                        // comments and the like
                    }
                }
            }
        } catch (XMLStreamException malformed) {
            int at = malformed.getLocation() == null
                    ? line
                    : malformed.getLocation().getLineNumber();
            faults.add("%s:%d: it is no xml: %s".formatted(file, at, Printable.line(reason(malformed))));
        }
        if (!faults.isEmpty()) {
            throw new QubesFileException(faults);
        }
        return new QubesFile(labels, Optional.of(host), qubes, leftOut.shown());
    }

    private static XMLInputFactory factory() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    /** The parser's words without the place, which is ours to say. */
    private static String reason(XMLStreamException malformed) {
        String whole = String.valueOf(malformed.getMessage());
        return whole.substring(whole.lastIndexOf("Message: ") + (whole.contains("Message: ") ? 9 : 1));
    }

    private void begin(Deque<Open> open, XMLStreamReader reader, String place) throws QubesFileException {
        String parent = open.isEmpty() ? "" : open.peek().path() + "/";
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        Open element = new Open(parent + reader.getLocalName(), attributes, place, new StringBuilder());
        if (parent.isEmpty() && !element.path().equals("qubes")) {
            throw new QubesFileException(List.of("%s: the file begins with <%s>, a Qubes system's begins with <qubes>"
                    .formatted(place, Printable.of(element.path()))));
        }
        if (element.path().equals("qubes/domains/domain")) {
            domain = Optional.of(new XmlDomain(element.attribute("class"), place, labelNames));
        }
        open.push(element);
    }

    private void end(Open element) {
        Value value = new Value(element.text().toString(), element.place());
        String name = element.attribute("name");
        switch (element.path()) {
            case "qubes/labels/label" -> label(element, value);
            case "qubes/properties/property" -> hostProperty(name, value);
            case "qubes/domains/domain/properties/property" ->
                domain().property(name, element.attribute("ref"), value, leftOut);
            case "qubes/domains/domain/features/feature" -> domain().feature(name, value);
            case "qubes/domains/domain/tags/tag" -> domain().tag(name, element.place());
            case "qubes/domains/domain" -> domain().entry(faults).ifPresent(qubes::add);
            case "qubes/domains/domain/devices/device" -> leftOut.device();
            default -> {
                // pools, volumes and what else there is no word for
            }
        }
    }

    private XmlDomain domain() {
        return domain.orElseThrow();
    }

    private void label(Open element, Value name) {
        labelNames.put(element.attribute("id"), name.text());
        boolean known = Label.builtIn().stream().anyMatch(label -> label.name().equals(name.text()));
        if (!known) {
            labels.put(name.text(), new Value(element.attribute("color"), name.place()));
        }
    }

    private void hostProperty(String name, Value value) {
        if (SettableProperties.ofHost().contains(name)) {
            host.put(name, value);
        } else {
            leftOut.hostProperty(name);
        }
    }
}
