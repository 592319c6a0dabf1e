/**
 * The small durable journal of a daemon: what it has promised a peer, and which pairs are coupled here. Nothing is sent or done before its record
 * is on the disk.
 *
 * <pre>
 * file    ::= header-block record*  zero bytes              every part starts at a multiple of 4,096 bytes
 * header  ::= "VMCJ" u32 | version u16 | 0 u16 | journal id, 16 bytes | CRC32C of these 24 bytes u32
 * record  ::= body length u32 | code u16 | 0 u16 | sequence u32 | CRC32C of these 12 bytes u32
 *             body: JSON | CRC32C of sequence and body u32 | end mark 0xA5
 * </pre>
 *
 * No two records share a disk block, so that a torn write cannot reach an older record. A torn last record shows by a missing piece: the file ends
 * within it, its end mark is still zero, or one of its sectors is (JSON holds no zero byte); it is cut. Everything else that does not fit is
 * damage, the last record included: a YIELD that rotted must never read as "nothing was promised".
 *
 * <p>Any thread; calls are serialised and block for the disk. Depends on {@code control} for {@code Decision} and {@code Stopped}, and on {@code json}.
 */
@NullMarked
package org.vmcoupler.journal;

import org.jspecify.annotations.NullMarked;
