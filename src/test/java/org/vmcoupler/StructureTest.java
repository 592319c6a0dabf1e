/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The walls of the house. */
@AnalyzeClasses(packages = "org.vmcoupler", importOptions = ImportOption.DoNotIncludeTests.class)
class StructureTest {

    @ArchTest
    static final ArchRule onlyLibxlKnowsJna = noClasses()
            .that()
            .resideOutsideOfPackages("org.vmcoupler.hypervisor.libxl..", "org.vmcoupler.inventory.libvirt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.sun.jna..")
            .because("native calls stay behind one wall; libvirt-java, behind its own, takes its callbacks as JNA's");

    @ArchTest
    static final ArchRule onlyTheInventoryKnowsLibvirt = noClasses()
            .that()
            .resideOutsideOfPackage("org.vmcoupler.inventory.libvirt..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.libvirt..")
            .because("a host without libvirt loses nothing but its inventory");

    @ArchTest
    static final ArchRule couplingIsPure = noClasses()
            .that()
            .resideInAPackage("org.vmcoupler.coupling..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "com.sun.jna..", "java.net..", "java.nio.channels..")
            .allowEmptyShould(true)
            .because("the coordinator decides; its effects happen outside");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("org.vmcoupler.(**)").should().beFreeOfCycles();
}
