package dev.zhulong.rtl.synthesis;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * A node of the elaborated design, named by Verilator's XML tag.
 *
 * @param tag what it is
 * @param attributes its attributes by name
 * @param children its operands or statements
 */
record Node(String tag, Map<String, String> attributes, List<Node> children) {

  /** Reads the output of {@code verilator --xml-only}. */
  static Node read(Path file) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      return of(factory.newDocumentBuilder().parse(file.toFile()).getDocumentElement());
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(file + " is not the XML of a Verilator design: " + e.getMessage(), e);
    }
  }

  private static Node of(Element element) {
    Map<String, String> attributes = new LinkedHashMap<>();
    NamedNodeMap map = element.getAttributes();
    for (int i = 0; i < map.getLength(); i++) {
      attributes.put(map.item(i).getNodeName(), map.item(i).getNodeValue());
    }
    List<Node> children = new ArrayList<>();
    NodeList list = element.getChildNodes();
    for (int i = 0; i < list.getLength(); i++) {
      if (list.item(i) instanceof Element child) {
        children.add(of(child));
      }
    }
    return new Node(element.getTagName(), attributes, children);
  }

  /** A node with other children. */
  Node with(List<Node> others) {
    return new Node(tag, attributes, others);
  }

  /** A block of statements without a name. */
  static Node block(List<Node> statements) {
    return new Node("begin", Map.of(), statements);
  }

  boolean is(String name) {
    return tag.equals(name);
  }

  Node child(int index) {
    return children.get(index);
  }

  Node last() {
    return children.getLast();
  }

  String name() {
    return attributes.getOrDefault("name", "");
  }

  String attribute(String key) {
    return attributes.getOrDefault(key, "");
  }

  /** The children with a tag. */
  Stream<Node> all(String name) {
    return children.stream().filter(child -> child.is(name));
  }

  /** This node and all below it. */
  Stream<Node> tree() {
    return Stream.concat(Stream.of(this), children.stream().flatMap(Node::tree));
  }
}
