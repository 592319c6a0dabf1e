/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.savehelper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which processes save a domain. */
class ForeignSavesTest {

    private static Optional<ForeignSaves.Save> parse(String line) {
        return ForeignSaves.parse(7, List.of((line + " ").split(" ", -1)));
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/lib/xen-4.17/bin/libxl-save-helper --save-domain 12 -1 3 1 4 0, true",
        "/bin/sh /opt/libxl-save-helper --save-domain 12 -1 3 1 4 0, true",
        "xl save 3 /root/file, false",
        "/usr/sbin/xl -v sa 3 /root/file, false",
        "xl migrate -s ssh 3 beta, false",
        "xl migr 3 beta, false",
        "xl remus 3 beta, false"
    })
    void thoseThatDo(String line, boolean helper) {
        ForeignSaves.Save save = parse(line).orElseThrow();
        assertEquals(helper, save.helper());
        assertTrue(save.words().contains("3"));
    }

    @ParameterizedTest
    @CsvSource({
        "/usr/lib/xen-4.17/bin/libxl-save-helper --restore-domain 12 -1 3 1 4 0",
        "/usr/lib/xen-4.17/bin/libxl-save-helper --save-domain 12 -1",
        "xl create 3",
        "xl",
        "xl -v",
        "xl s 3",
        "xl migrate-receive",
        "grep xl save 3",
        "vi /root/xl save 3"
    })
    void thoseThatDoNot(String line) {
        assertEquals(Optional.empty(), parse(line).filter(save -> save.words().contains("3")));
    }

    @Test
    void nobodySavesADomainHere() {
        ForeignSaves saves = new ForeignSaves();
        saves.scan();
        saves.scan();
        saves.scan();
        saves.scanAll();
        assertEquals(List.of(), saves.of(32_000, "a domain of no host"));
        assertEquals(List.of(), saves.helpers(32_000));
    }
}
