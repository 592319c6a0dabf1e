/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.migration;

import java.util.UUID;
import org.vmcoupler.coupling.PreCopyLimits;

/**
 * What a source is to do.
 *
 * @param migrationId id of this attempt
 * @param sourceName this host's name
 * @param destinationName the other host's name
 * @param bytesPerSecond how much both streams may send together until somebody changes it, or {@link org.vmcoupler.relay.Bandwidth#UNLIMITED}
 * @param verifyMemory lab only: hash every page of both domains
 */
public record Request(
        UUID migrationId,
        String sourceName,
        String destinationName,
        PreCopyLimits limits,
        long bytesPerSecond,
        boolean verifyMemory) {}
