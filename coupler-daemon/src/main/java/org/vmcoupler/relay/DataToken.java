/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.relay;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The secret of {@value #BYTES} bytes that ties one data connection to its control connection; good for one connection. Immutable, any thread.
 */
public final class DataToken {
    /** Length in bytes. */
    public static final int BYTES = 32;

    private final byte[] secret;

    private DataToken(byte[] secret) {
        this.secret = secret;
    }

    /** Draws a new one. */
    public static DataToken draw(SecureRandom random) {
        byte[] secret = new byte[BYTES];
        random.nextBytes(secret);
        return new DataToken(secret);
    }

    /**
     * Takes one that came over the control connection.
     *
     * @param secret exactly 32 bytes; copied
     * @throws IllegalArgumentException another length
     */
    public static DataToken of(byte[] secret) {
        if (secret.length != BYTES) {
            throw new IllegalArgumentException("token of " + secret.length + " bytes instead of " + BYTES);
        }
        return new DataToken(secret.clone());
    }

    /** Returns a copy of the 32 bytes. */
    public byte[] bytes() {
        return secret.clone();
    }

    /** Compares in a time that does not depend on where the secrets differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof DataToken token && MessageDigest.isEqual(secret, token.secret);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(secret);
    }

    /** Never shows the secret. */
    @Override
    public String toString() {
        return "DataToken[hidden]";
    }
}
