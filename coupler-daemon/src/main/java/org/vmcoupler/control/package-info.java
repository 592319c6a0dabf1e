/**
 * The conversation of two daemons about one migration: messages, their bytes, and the session that carries them over TCP.
 *
 * <pre>
 * source                                            destination
 *   Hello  ------------------------------------------>           versions; refused here if they differ
 *          <------------------------------------------ Hello
 *   Begin  ------------------------------------------>           configurations, sizes; BEGIN is durable there
 *          <------------------------------------------ Accept     or Refuse
 *   (two data connections carry the streams)
 *   Stopped ----------------------------------------->           stream lengths and digests, counter at the stop
 *          <------------------------------------------ Ready      both restored, coupled, guard has proven a look
 *   Yield  ------------------------------------------>           KEEP instead: roll back
 *          <------------------------------------------ Running    TAKE is durable, target unpaused; or Refuse
 *   Done   ------------------------------------------>           source's copies destroyed; the report
 *          <------------------------------------------ Closed
 * at any time: Ping and Pong; Keep, answered by Refuse; Inquire, answered by Answer
 * </pre>
 *
 * Messages are immutable records, checked when made. The bytes are in docs/control-protocol.md.
 */
@NullMarked
package org.vmcoupler.control;

import org.jspecify.annotations.NullMarked;
