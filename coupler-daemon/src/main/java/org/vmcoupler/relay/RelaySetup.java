/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.util.UUID;
import org.vmcoupler.stream.StreamRules;

/**
 * What both ends of one stream agreed on over the control connection.
 *
 * @param migrationId named in messages and logs
 * @param role whose stream it is
 * @param rules what the stream must keep to
 * @param token the secret of its data connection, which also keys the digest
 */
public record RelaySetup(UUID migrationId, StreamRole role, StreamRules rules, DataToken token) {}
