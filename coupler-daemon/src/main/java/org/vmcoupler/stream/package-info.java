/**
 * What VMCoupler knows of a domain's save stream: a libxl v2 stream around a libxc v3 stream. Decoding in whole records, the grammar and the
 * bounds that a stream must keep to, encoding, counters and a fingerprint. Pure: no threads, no I/O, no clock; every object here belongs to one
 * thread unless it says otherwise. Depends on Netty's buffers only; {@code relay} uses it.
 */
@NullMarked
package org.vmcoupler.stream;

import org.jspecify.annotations.NullMarked;
