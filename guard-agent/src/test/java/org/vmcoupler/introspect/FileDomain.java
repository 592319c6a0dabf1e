/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.introspect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/** A domain whose memory is a file, seen through the stand-in for libxenforeignmemory; each has a domid of its own. */
public final class FileDomain {

    /** Bytes of a frame. */
    public static final int PAGE = 4096;

    private static final Path FOLDER = emptied(Path.of(System.getenv("VMCOUPLER_FILE_MEMORY")));
    private static final AtomicInteger NEXT = new AtomicInteger(100);

    public final int domid = NEXT.incrementAndGet();
    private final Path file = FOLDER.resolve(domid + ".mem");

    /** Removes what an earlier run has left: its holes and links would be this run's. */
    private static Path emptied(Path folder) {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(Files.createDirectories(folder))) {
            for (Path file : old) {
                Files.delete(file);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens the stand-in; the native tests have built it. */
    public static void openDevice() throws MappingException {
        FrameWindow.openDevice(
                Path.of(System.getProperty("vmcoupler.native") + "-test", "libvmcoupler-file-foreignmemory.so")
                        .toString());
    }

    /** Makes a domain of {@code frames} frames; byte {@code i} of frame {@code n} is {@code n + i}. */
    public static FileDomain ofFrames(int frames) throws IOException {
        FileDomain domain = new FileDomain();
        ByteBuffer bytes = ByteBuffer.allocate(frames * PAGE);
        for (int i = 0; i < frames * PAGE; i++) {
            bytes.put((byte) (i / PAGE + i));
        }
        Files.write(domain.file, bytes.array());
        return domain;
    }

    /** Makes a domain with the same memory, as a restored one has. */
    public FileDomain copy() throws IOException {
        FileDomain domain = new FileDomain();
        Files.copy(file, domain.file);
        return domain;
    }

    /** Returns the bytes of a frame, as dom0 sees them. */
    public byte[] frame(int gfn) throws IOException {
        byte[] all = Files.readAllBytes(file);
        byte[] frame = new byte[PAGE];
        System.arraycopy(all, gfn * PAGE, frame, 0, PAGE);
        return frame;
    }

    /** Writes into the memory that mappings show. */
    public void write(int gfn, int offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), (long) gfn * PAGE + offset);
        }
    }

    /** Puts another frame under every gfn: what is mapped keeps showing the old ones. */
    public void swapFrames() throws IOException {
        Path other = FOLDER.resolve(domid + ".new");
        Files.copy(file, other);
        Files.move(other, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    /** Lets the kernel list mappings of this memory under a name that begins with {@code name}, as it lists those of a device. */
    public void nameItsMappings(String name) throws IOException {
        Path named = FOLDER.resolve(name + "-" + domid);
        Files.move(file, named);
        Files.createSymbolicLink(file, named);
    }

    /** Makes holes of these frames and of no others. */
    public void punch(int... gfns) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int gfn : gfns) {
            text.append(gfn).append('\n');
        }
        Files.writeString(FOLDER.resolve(domid + ".holes"), text);
    }

    /** Makes a counter page. */
    public void counterPage(int gfn, long value) throws IOException {
        long first = 0x564d434f55504c52L;
        long third = 0x1122334455667788L;
        ByteBuffer words = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        words.putLong(first)
                .putLong(value)
                .putLong(third)
                .putLong(0xfeedfacecafebeefL)
                .putLong(first ^ third);
        write(gfn, 0, words.array());
    }

    /** Sets the counter. */
    public void count(int gfn, long value) throws IOException {
        write(
                gfn,
                8,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, value)
                        .array());
    }

    /** Makes a VMCOREINFO page. */
    public void vmcoreinfo(int gfn, String release) throws IOException {
        String text = "OSRELEASE=" + release + "\nPAGESIZE=4096\nSYMBOL(init_uts_ns)=ffffffff82a14440\n\0";
        write(gfn, 0, text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Destroys the domain. */
    public void destroy() throws IOException {
        Files.delete(file);
    }
}
