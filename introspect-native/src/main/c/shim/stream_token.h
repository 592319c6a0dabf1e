/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMCOUPLER_STREAM_TOKEN_H
#define VMCOUPLER_STREAM_TOKEN_H

/** Hex digits of a token. */
#define STREAM_TOKEN_DIGITS 32

/**
 * Reads and unlinks FOLDER/N.token, where N is the inode number of the socket STREAM, and stores its 32 lower-case hex digits
 * and a zero at TOKEN. The file must be a regular one of our own uid that nobody else may read or write. Returns 0, or -1 with
 * errno set and a line in the log; the file may then be left.
 */
int stream_token_take(const char *folder, int stream, char token[STREAM_TOKEN_DIGITS + 1]);

#endif
