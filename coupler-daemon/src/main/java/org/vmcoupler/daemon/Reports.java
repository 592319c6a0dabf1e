/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.daemon;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.report.MigrationReport;
import org.vmcoupler.report.ReportStore;

/** The reports of this host. A report that cannot be kept is logged whole: the migration it tells of has happened all the same. */
final class Reports {

    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    private final ReportStore store;

    Reports(ReportStore store) {
        this.store = store;
    }

    /**
     * Keeps a report.
     *
     * @param overtaken whether the pair has moved once more since: then this is not its last move, whenever it is told
     */
    void keep(MigrationReport report, boolean overtaken) {
        try {
            if (overtaken) {
                store.putAsOldest(report);
            } else {
                store.put(report);
            }
        } catch (IOException e) {
            LOG.error("the report could not be kept: {}", report, e);
        }
    }

    /** Keeps what the source reported of a pair that came here; {@code hasLeft}: it is not here any more. */
    void keepReceived(UUID migrationId, String json, boolean hasLeft) {
        try {
            MigrationReport report = ReportStore.parse(json);
            if (!report.migrationId().equals(migrationId.toString())) {
                LOG.warn("the source's report is of another migration and is not kept: {}", report.migrationId());
                return;
            }
            keep(report, hasLeft);
        } catch (IOException e) {
            LOG.warn("the source's report of migration {} is not one and is not kept", migrationId, e);
        }
    }

    /**
     * Returns the report of the last migration from here or to here that has moved the pair of this target; empty if none is kept.
     *
     * @throws Refusal none is found, and there are reports that cannot be read
     */
    Optional<MigrationReport> lastMove(String target) {
        Optional<IOException> unread = Optional.empty();
        for (UUID id : ids()) {
            try {
                Optional<MigrationReport> found = store.get(id)
                        .filter(r -> r.target().equals(target) && r.outcome().equals("completed"));
                if (found.isPresent()) {
                    return found;
                }
            } catch (IOException e) {
                unread = Optional.of(e);
            }
        }
        unread.ifPresent(e -> {
            throw unreadable(target, e);
        });
        return Optional.empty();
    }

    private List<UUID> ids() {
        try {
            return store.ids();
        } catch (IOException e) {
            throw new Refusal(ErrorCode.INTERNAL, "The reports cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static Refusal unreadable(String target, IOException e) {
        return new Refusal(
                ErrorCode.IN_DOUBT,
                "Whether the pair of target \"" + target
                        + "\" has moved away cannot be told, as a report cannot be read: " + e.getMessage()
                        + ". If it runs on no other host: `vmcoupler start " + target + " --not-elsewhere`.",
                e);
    }

    MigrationReport get(Optional<String> id) {
        try {
            Optional<UUID> wanted = id.isPresent() ? Optional.of(uuid(id.get())) : newest();
            if (wanted.isPresent()) {
                Optional<MigrationReport> found = store.get(wanted.get());
                if (found.isPresent()) {
                    return found.get();
                }
            }
        } catch (IOException e) {
            throw new Refusal(ErrorCode.INTERNAL, "The report cannot be read: " + e.getMessage() + ".", e);
        }
        throw new Refusal(
                ErrorCode.UNKNOWN_MIGRATION,
                id.map(i -> "There is no report of migration " + i + " on this host.")
                        .orElse("There is no report on this host yet."));
    }

    private Optional<UUID> newest() throws IOException {
        List<UUID> ids = store.ids();
        return ids.isEmpty() ? Optional.empty() : Optional.of(ids.get(0));
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Refusal(ErrorCode.UNKNOWN_MIGRATION, "\"" + text + "\" is no migration id.", e);
        }
    }
}
