/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vmcoupler.fault.ErrorCode;
import org.vmcoupler.fault.Refusal;
import org.vmcoupler.hypervisor.DomainConfig;

/** What libxl 4.17 says of a PVH domain that has been moved once, as a host of the lab gave it. */
class DestinationConfigTest {

    private static final String MOVED = """
            {"c_info":{"type":"pvh","name":"target","uuid":"9ca283e7-b420-4fcd-bfa3-23c826e791af","run_hotplug_scripts":"True"},
             "b_info":{"max_vcpus":1,"avail_vcpus":[0],"max_memkb":131072,"target_memkb":131072,"video_memkb":0,
              "sched_params":{"sched":"credit2","weight":256,"cap":0},"claim_mode":"True","type.pvh":{},"arch_arm":{},
              "arch_x86":{"msr_relaxed":"True"}},
             "on_poweroff":"preserve","on_reboot":"preserve","on_watchdog":"preserve","on_crash":"preserve","on_soft_reset":"preserve"}
            """;

    private static final LocalResources LENDS =
            new LocalResources(Set.of(), Set.of(), Set.of("/boot/k"), Set.of("/boot/r"));

    @ParameterizedTest
    @ValueSource(strings = {"True", "False"})
    void aDomainThatWasMovedOnceMayMoveAgainWithItsMsrsAsTheyWere(String relaxed) {
        JsonNode built = build(MOVED.replace("\"msr_relaxed\":\"True\"", "\"msr_relaxed\":\"" + relaxed + "\""));
        assertEquals(relaxed, built.at("/b_info/arch_x86/msr_relaxed").asText());
        assertEquals("target--incoming", built.at("/c_info/name").asText());
        assertEquals(131_072, built.at("/b_info/max_memkb").asInt());
    }

    @Test
    void whatHappensAfterAShutdownIsDecidedHere() {
        JsonNode built = build(MOVED.replace("\"on_reboot\":\"preserve\"", "\"on_reboot\":\"restart\""));
        assertEquals("preserve", built.path("on_reboot").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"device_model\":\"/tmp/evil\"",
                "\"extra\":[\"-monitor\"]",
                "\"bootloader\":\"/bin/sh\"",
                "\"iomem\":[{\"start\":1}]"
            })
    void whatIsNotOnTheListIsRefusedByName(String field) {
        Refusal refusal =
                assertThrows(Refusal.class, () -> build(MOVED.replace("\"max_vcpus\":1", field + ",\"max_vcpus\":1")));
        assertEquals(ErrorCode.CONFIG_REFUSED, refusal.code());
        String name = field.substring(1, field.indexOf('"', 1));
        assertTrue(String.valueOf(refusal.getMessage()).contains(name), refusal::toString);
    }

    @Test
    void aDomainKeepsItsShareOfTheCpuWhateverItsSchedulerWas() {
        JsonNode share = build(MOVED.replace("\"weight\":256,\"cap\":0", "\"weight\":2048,\"cap\":80,\"budget\":4000"))
                .at("/b_info/sched_params");
        assertEquals("{\"weight\":2048,\"cap\":80}", share.toString());
    }

    @Test
    void whatASchedulerDoesNotSayOfTheShareIsTheDefaultHere() {
        JsonNode share = build(MOVED.replace("\"weight\":256,\"cap\":0", "\"weight\":-1,\"period\":-1"))
                .at("/b_info/sched_params");
        assertEquals("{}", share.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"weight\":4097",
                "\"weight\":0",
                "\"weight\":-2",
                "\"weight\":\"256\"",
                "\"weight\":4294967552",
                "\"cap\":101",
                "\"cap\":-5",
                "\"weight\":1.5"
            })
    void aShareThatTheHostWouldSufferFromIsRefused(String share) {
        Refusal refusal = assertThrows(Refusal.class, () -> build(MOVED.replace("\"weight\":256,\"cap\":0", share)));
        assertEquals(ErrorCode.CONFIG_REFUSED, refusal.code());
        assertTrue(
                String.valueOf(refusal.getMessage())
                        .contains("sched_params." + share.substring(1, share.indexOf('"', 1))),
                refusal::toString);
    }

    @Test
    void aCapGrowsWithTheVcpus() {
        JsonNode built = build(
                MOVED.replace("\"weight\":256,\"cap\":0", "\"cap\":200").replace("\"max_vcpus\":1", "\"max_vcpus\":2"));
        assertEquals(200, built.at("/b_info/sched_params/cap").asInt());
    }

    @Test
    void whatADomainBootsFromStaysIfItIsLentHereSoThatItCanBeMadeAgain() {
        JsonNode built = build(bootedFrom("/boot/k", "/boot/r"), LENDS).path("b_info");
        assertEquals("/boot/k", built.path("kernel").asText());
        assertEquals("/boot/r", built.path("ramdisk").asText());
        assertEquals("console=hvc0", built.path("cmdline").asText());
    }

    @ParameterizedTest
    @CsvSource({"/etc/shadow, /boot/r", "/boot/k, /etc/shadow", "/boot/../boot/k, /boot/r"})
    void elseNothingOfItStaysAndTheDomainMayComeAllTheSame(String kernel, String ramdisk) {
        JsonNode built = build(bootedFrom(kernel, ramdisk), LENDS).path("b_info");
        assertFalse(built.has("kernel") || built.has("ramdisk") || built.has("cmdline"), built::toString);
    }

    private static String bootedFrom(String kernel, String ramdisk) {
        return MOVED.replace(
                "\"max_vcpus\":1",
                "\"max_vcpus\":1,\"kernel\":\"" + kernel + "\",\"ramdisk\":\"" + ramdisk
                        + "\",\"cmdline\":\"console=hvc0\"");
    }

    private static JsonNode build(String offered) {
        return build(offered, LocalResources.NONE);
    }

    private static JsonNode build(String offered, LocalResources local) {
        return DestinationConfig.build(DomainConfig.parse(offered), PairRole.TARGET, local)
                .tree();
    }
}
