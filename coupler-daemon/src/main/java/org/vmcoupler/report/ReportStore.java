/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vmcoupler.json.StrictJson;

/** Reports as files {@code <migrationId>.json} in one folder, the newest 1,000. Any thread; calls are serialised and block for the disk. */
public final class ReportStore {

    private static final String SINCE_STOP = "cpuTimeSinceStopNs";
    private static final int LIMIT = 1_000;
    private static final int REPORT_BYTES = 262_144;
    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.json");

    private final Path folder;
    private final int limit;

    /** Makes a store in {@code folder}, which is made at the first write. */
    public ReportStore(Path folder) {
        this(folder, LIMIT);
    }

    ReportStore(Path folder, int limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /**
     * Keeps a report, in place of an older one of the same id; it is durable on return. Then deletes the oldest over the limit.
     *
     * @throws IllegalArgumentException its id is not a UUID; nothing was written
     * @throws IOException it could not be written; an older one of the same id is still whole
     */
    public synchronized void put(MigrationReport report) throws IOException {
        Path file = file(UUID.fromString(report.migrationId()));
        byte[] json = StrictJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(report);
        Files.createDirectories(folder);
        Path aside = folder.resolve("new");
        try (FileChannel out = FileChannel.open(
                aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer data = ByteBuffer.wrap(json);
            while (data.hasRemaining()) {
                out.write(data);
            }
            out.force(true);
        }
        Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        prune(file);
        try (FileChannel synced = FileChannel.open(folder, StandardOpenOption.READ)) {
            synced.force(true);
        }
    }

    /** As {@link #put}, behind all that are kept: of a migration after which others have ended. */
    public synchronized void putAsOldest(MigrationReport report) throws IOException {
        List<Path> files = newestFirst();
        put(report);
        if (!files.isEmpty()) {
            FileTime oldest = modified(files.get(files.size() - 1));
            Files.setLastModifiedTime(
                    file(UUID.fromString(report.migrationId())), FileTime.fromMillis(oldest.toMillis() - 1));
        }
    }

    /**
     * Returns the report of a migration, or empty if none is kept.
     *
     * @throws IOException the file cannot be read or is not a report
     */
    public synchronized Optional<MigrationReport> get(UUID migrationId) throws IOException {
        Path file = file(migrationId);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        return Optional.of(parse(Files.readString(file)));
    }

    /** Returns the ids of all reports kept, newest first. */
    public synchronized List<UUID> ids() throws IOException {
        List<UUID> ids = new ArrayList<>();
        for (Path file : newestFirst()) {
            String name = String.valueOf(file.getFileName());
            ids.add(UUID.fromString(name.substring(0, 36)));
        }
        return ids;
    }

    /** Returns the report as one line of JSON, as it goes to the peer and to the CLI. */
    public static String json(MigrationReport report) throws IOException {
        return StrictJson.mapper().writeValueAsString(report);
    }

    /**
     * Reads a report; the text may come from a peer, or from a daemon that did not measure {@code cpuTimeSinceStopNs} yet.
     *
     * @throws IOException it is not a report, its id is not a UUID, or it is over 262,144 characters
     */
    public static MigrationReport parse(String json) throws IOException {
        if (json.length() > REPORT_BYTES) {
            throw new IOException("report of " + json.length() + " characters, limit " + REPORT_BYTES);
        }
        JsonNode tree = StrictJson.mapper().readTree(json);
        if (tree instanceof ObjectNode object && !object.has(SINCE_STOP)) {
            object.put(SINCE_STOP, -1);
        }
        MigrationReport report = StrictJson.mapper().treeToValue(tree, MigrationReport.class);
        if (!NAME.matcher(report.migrationId() + ".json").matches()) {
            throw new IOException("the report's migrationId is not a UUID in lower case");
        }
        return report;
    }

    private void prune(Path kept) throws IOException {
        List<Path> files = newestFirst();
        for (int i = files.size() - 1; i >= limit; i--) {
            if (!files.get(i).equals(kept)) {
                Files.deleteIfExists(files.get(i));
            }
        }
    }

    private List<Path> newestFirst() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        Map<Path, FileTime> times;
        try (Stream<Path> files = Files.list(folder)) {
            times = files.filter(
                            f -> NAME.matcher(String.valueOf(f.getFileName())).matches())
                    .collect(Collectors.toMap(f -> f, ReportStore::modified));
        }
        return times.entrySet().stream()
                .sorted(Map.Entry.<Path, FileTime>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static FileTime modified(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException e) {
            // Unreadable: the first to be deleted.
            return FileTime.fromMillis(0);
        }
    }

    private Path file(UUID migrationId) {
        return folder.resolve(migrationId + ".json");
    }
}
