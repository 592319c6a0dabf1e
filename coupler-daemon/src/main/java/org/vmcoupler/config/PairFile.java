/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.life.LifePolicy;

/**
 * What an operator has written down about one pair: the file {@code NAME.toml}, NAME being its target's name.
 *
 * @param target xl's configuration of the target, empty if it is not stated
 * @param guard xl's configuration of the guard, likewise
 * @param startAfterBoot whether the pair is started again when its host was booted while it was coupled there
 * @param policy what is wanted, with the general policy where the file says nothing
 */
public record PairFile(Optional<Path> target, Optional<Path> guard, boolean startAfterBoot, LifePolicy policy) {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,62}");
    private static final long LIMIT_BYTES = 64 * 1024;
    private static final String NONE = "/";

    /**
     * Reads a pair's file; empty if there is none. Blocks for the disk.
     *
     * @throws Refusal BAD_CONFIG: it cannot be read, or something in it is wrong
     */
    public static Optional<PairFile> load(LifeConfig life, String name) {
        Path file = life.pairsDir().resolve(name + ".toml");
        if (!NAME.matcher(name).matches() || !Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LIMIT_BYTES) {
                throw new Refusal(ErrorCode.BAD_CONFIG, file + " has more than " + LIMIT_BYTES + " bytes.");
            }
            return Optional.of(parse(Files.readString(file), file.toString(), life));
        } catch (IOException e) {
            throw new Refusal(ErrorCode.BAD_CONFIG, "The pair's file " + file + " cannot be read: " + e + ".", e);
        }
    }

    private static PairFile parse(String text, String name, LifeConfig life) {
        Section in = Section.parse(text, name);
        PairFile out = new PairFile(
                path(in, "target"),
                path(in, "guard"),
                in.flag("start_after_boot", false),
                LifeConfig.policy(in, life.policy()));
        if (!life.looksOftenEnough(out.policy)) {
            throw in.wrong(
                    "max_unproven",
                    DurationText.format(out.policy.maxUnproven()),
                    "at least twice the look_interval of [life] in vmcoupler.toml, which is "
                            + DurationText.format(life.lookInterval()));
        }
        in.refuseRest();
        return out;
    }

    private static Optional<Path> path(Section in, String key) {
        Path path = in.path(key, NONE);
        return path.toString().equals(NONE) ? Optional.empty() : Optional.of(path);
    }
}
