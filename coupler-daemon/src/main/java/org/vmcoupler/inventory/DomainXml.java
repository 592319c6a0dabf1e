/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.inventory;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** libvirt's XML of one domain, read so that hostile text can do no harm: no document types, no entities of its own, nothing from outside. */
public final class DomainXml {

    /** Longest text that is read, in characters; libvirt's own are a few thousand. */
    public static final int LIMIT_CHARS = 32_768;

    private DomainXml() {}

    /**
     * Returns the root element.
     *
     * @throws IllegalArgumentException it is too long, no XML, has a document type, or is no {@code <domain>}
     */
    public static Element parse(String text) {
        if (text.length() > LIMIT_CHARS) {
            throw new IllegalArgumentException("it has " + text.length() + " characters, limit " + LIMIT_CHARS);
        }
        try {
            DocumentBuilder parser = factory().newDocumentBuilder();
            parser.setErrorHandler(new Strict());
            Element root = parser.parse(new InputSource(new StringReader(text))).getDocumentElement();
            if (!root.getTagName().equals("domain")) {
                throw new IllegalArgumentException("it describes no domain");
            }
            return root;
        } catch (SAXException | IOException e) {
            throw new IllegalArgumentException("it is no plain XML", e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("this Java cannot parse XML safely", e);
        }
    }

    /** Returns the child elements in their order. */
    public static List<Element> children(Element parent) {
        List<Element> out = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element) {
                out.add(element);
            }
        }
        return out;
    }

    /** Returns the first child element of this name. */
    public static Optional<Element> child(Element parent, String name) {
        return children(parent).stream()
                .filter(element -> element.getTagName().equals(name))
                .findFirst();
    }

    /** Returns the text of the first child element of this name without the white space around it; empty text if there is none. */
    public static String text(Element parent, String name) {
        return child(parent, name)
                .map(element -> String.valueOf(element.getTextContent()).strip())
                .orElse("");
    }

    private static DocumentBuilderFactory factory() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setAttribute(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setXIncludeAware(false);
        factory.setExpandEntityReferences(false);
        return factory;
    }

    /** Nothing is printed, and no error is passed over. */
    private static final class Strict implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // says nothing of well-formedness
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
