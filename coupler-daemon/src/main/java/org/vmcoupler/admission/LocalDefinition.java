/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.inventory.DomainXml;
import org.w3c.dom.Attr;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;

/**
 * Makes libvirt's definition of a domain that came in out of the one that its source had. Nothing is copied but elements and attributes known to
 * be harmless, each of the expected shape; disks, bridges, kernels and ramdisks are those that this host lends. What libvirt chooses itself on
 * each host is left out; anything else is refused: emulators, scripts, boot loaders, host devices, graphics, pass-through to QEMU.
 * Source: libvirt docs/formatdomain.rst; what of it Xen's driver uses: src/libxl/libxl_conf.c (9.0).
 */
public final class LocalDefinition {

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9._:+-]{1,64}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,12}");
    private static final Pattern LINE = Pattern.compile("[ -~]{0,2048}");
    private static final Pattern NOTHING = Pattern.compile("");
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");
    private static final String PRESERVE = "preserve";
    private static final int ELEMENTS_MAX = 500;

    /** Elements by their path, with their attributes. A word each, unless {@link #shape} says otherwise. */
    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry("name", Set.of()),
            Map.entry("uuid", Set.of()),
            Map.entry("memory", Set.of("unit")),
            Map.entry("currentMemory", Set.of("unit")),
            Map.entry("vcpu", Set.of("placement", "current")),
            Map.entry("os", Set.of()),
            Map.entry("os/type", Set.of("arch", "machine")),
            Map.entry("os/kernel", Set.of()),
            Map.entry("os/initrd", Set.of()),
            Map.entry("os/cmdline", Set.of()),
            Map.entry("os/boot", Set.of("dev")),
            Map.entry("features", Set.of()),
            Map.entry("features/acpi", Set.of()),
            Map.entry("features/apic", Set.of()),
            Map.entry("features/pae", Set.of()),
            Map.entry("features/hap", Set.of("state")),
            Map.entry("features/viridian", Set.of()),
            Map.entry("clock", Set.of("offset", "adjustment")),
            Map.entry("clock/timer", Set.of("name", "tickpolicy", "present", "mode")),
            Map.entry("on_poweroff", Set.of()),
            Map.entry("on_reboot", Set.of()),
            Map.entry("on_crash", Set.of()),
            Map.entry("devices", Set.of()),
            Map.entry("devices/disk", Set.of("type", "device")),
            Map.entry("devices/disk/driver", Set.of("name", "type")),
            Map.entry("devices/disk/source", Set.of("file", "dev")),
            Map.entry("devices/disk/target", Set.of("dev", "bus")),
            Map.entry("devices/disk/readonly", Set.of()),
            Map.entry("devices/disk/shareable", Set.of()),
            Map.entry("devices/interface", Set.of("type")),
            Map.entry("devices/interface/mac", Set.of("address")),
            Map.entry("devices/interface/source", Set.of("bridge")),
            Map.entry("devices/interface/model", Set.of("type")),
            Map.entry("devices/console", Set.of("type")),
            Map.entry("devices/console/target", Set.of("type", "port")),
            Map.entry("devices/serial", Set.of("type")),
            Map.entry("devices/serial/target", Set.of("type", "port")),
            Map.entry("devices/serial/target/model", Set.of("name")),
            Map.entry("devices/input", Set.of("type", "bus")),
            Map.entry("devices/controller", Set.of("type", "index", "model")),
            Map.entry("devices/memballoon", Set.of("model")),
            Map.entry("devices/video", Set.of()),
            Map.entry("devices/video/model", Set.of("type", "vram", "heads", "primary")));

    /** What libvirt chooses anew on each host, or what says nothing of how the domain runs. */
    private static final Set<String> DROPPED = Set.of(
            "title",
            "description",
            "metadata",
            "devices/emulator",
            "devices/disk/address",
            "devices/disk/alias",
            "devices/interface/address",
            "devices/interface/alias",
            "devices/controller/address",
            "devices/controller/alias",
            "devices/serial/address",
            "devices/memballoon/address",
            "devices/video/address",
            "devices/video/alias");

    private static final Map<String, Set<String>> ONE_OF = Map.of(
            "os/type", Set.of("hvm", "xenpvh", "linux", "xen"),
            "devices/disk@type", Set.of("file", "block"),
            "devices/disk@device", Set.of("disk"),
            "devices/disk/driver@name", Set.of("phy", "qemu"),
            "devices/disk/driver@type", Set.of("raw"),
            "devices/interface@type", Set.of("bridge"),
            "devices/console@type", Set.of("pty"),
            "devices/serial@type", Set.of("pty"));

    private final String name;
    private final LocalResources local;
    private final StringBuilder out = new StringBuilder(2_000);
    private int elements;

    private LocalDefinition(String name, LocalResources local) {
        this.name = name;
        this.local = local;
    }

    /**
     * Returns the definition to give to libvirt here: preserved at every end, as the daemon decides what follows it.
     *
     * @param offered what the peer sent; hostile
     * @throws Refusal CONFIG_REFUSED with a sentence that says what is not accepted
     */
    public static String build(String offered, String name, UUID uuid, LocalResources local) {
        LocalDefinition definition = new LocalDefinition(name, local);
        Element root;
        try {
            root = DomainXml.parse(offered);
        } catch (IllegalArgumentException e) {
            throw definition.refused("domain", String.valueOf(e.getMessage()));
        }
        definition.is("name", DomainXml.text(root, "name"), name);
        definition.is("uuid", DomainXml.text(root, "uuid"), uuid.toString());
        // "test" is libvirt's driver of that name; Xen's refuses it
        if (!Set.of("xen", "test").contains(root.getAttribute("type"))
                || root.getAttributes().getLength() != 1) {
            throw definition.refused("domain", "its type is not xen, or it has other attributes");
        }
        definition
                .out
                .append("<domain type='")
                .append(root.getAttribute("type"))
                .append("'>");
        definition.children(root, "");
        return definition.out.append("</domain>").toString();
    }

    private void children(Element parent, String path) {
        for (Element child : DomainXml.children(parent)) {
            element(child, path.isEmpty() ? child.getTagName() : path + "/" + child.getTagName());
        }
    }

    private void element(Element element, String path) {
        Set<String> attributes = ALLOWED.get(path);
        if (DROPPED.contains(path)) {
            return;
        }
        elements++;
        if (attributes == null || elements > ELEMENTS_MAX) {
            throw refused(path, attributes == null ? "such an element is not" : "there are too many elements");
        }
        String tag = element.getTagName();
        out.append('<').append(tag);
        attributes(element, path, attributes);
        out.append('>');
        String text = ownText(element);
        accept(path, text, shape(path));
        out.append(escaped(path.startsWith("on_") ? PRESERVE : text));
        children(element, path);
        out.append("</").append(tag).append('>');
    }

    private void attributes(Element element, String path, Set<String> allowed) {
        NamedNodeMap attributes = element.getAttributes();
        for (int i = 0; i < attributes.getLength(); i++) {
            Attr attribute = (Attr) attributes.item(i);
            String at = path + "@" + attribute.getName();
            if (!allowed.contains(attribute.getName())) {
                throw refused(at, "such an attribute is not");
            }
            accept(at, attribute.getValue(), shape(at));
            out.append(' ')
                    .append(attribute.getName())
                    .append("='")
                    .append(escaped(attribute.getValue()))
                    .append('\'');
        }
    }

    /** What an attribute or an element's text must look like. */
    private static Pattern shape(String at) {
        return switch (at) {
            case "memory", "currentMemory", "vcpu" -> NUMBER;
            case "os/cmdline", "os/kernel", "os/initrd", "devices/disk/source@file", "devices/disk/source@dev" -> LINE;
            case "devices/interface/mac@address" -> MAC;
            case "name", "uuid", "os/type", "on_poweroff", "on_reboot", "on_crash" -> WORD;
            default -> at.contains("@") ? WORD : NOTHING;
        };
    }

    private void accept(String at, String value, Pattern shape) {
        if (!shape.matcher(value).matches()) {
            throw refused(at, value);
        }
        Set<String> words = ONE_OF.get(at);
        if (words != null && !words.contains(value)) {
            throw refused(at, value);
        }
        Set<String> lent =
                switch (at) {
                    case "os/kernel" -> local.kernels();
                    case "os/initrd" -> local.ramdisks();
                    case "devices/disk/source@file", "devices/disk/source@dev" -> local.disks();
                    case "devices/interface/source@bridge" -> local.bridges();
                    default -> Set.of(value);
                };
        if (!lent.contains(value)) {
            throw refused(at, value + " is not listed under [resources] of this host, and so");
        }
    }

    private void is(String element, String value, String expected) {
        if (!value.equals(expected)) {
            throw refused(element, "it is not the pair's: " + value);
        }
    }

    /** The element's text without that of its children; white space around it says nothing. */
    private static String ownText(Element element) {
        StringBuilder text = new StringBuilder();
        for (Node node = element.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node.getNodeType() == Node.TEXT_NODE || node.getNodeType() == Node.CDATA_SECTION_NODE) {
                text.append(node.getNodeValue());
            }
        }
        return text.toString().strip();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }

    private Refusal refused(String at, String why) {
        return new Refusal(
                ErrorCode.CONFIG_REFUSED,
                "libvirt's definition of " + name + " is not accepted here: " + printable(at) + " (" + printable(why)
                        + ").");
    }

    private static String printable(String text) {
        return text.substring(0, Math.min(text.length(), 120)).replaceAll("[^ -~]", "?");
    }
}
