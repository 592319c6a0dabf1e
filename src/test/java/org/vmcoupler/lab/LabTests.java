/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs the tests of this package through JUnit. */
final class LabTests {

    /** Tag of tests that only {@code --all} runs. */
    static final String LONG = "long";

    private LabTests() {}

    /**
     * Runs the tests and prints how many passed, failed and were skipped.
     *
     * @param args {@code --all} and simple names of classes, or {@code Class#method}; none means all classes
     * @return 0 if none failed and at least one passed
     */
    static int run(List<String> args, PrintStream out) {
        boolean all = args.contains("--all");
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectors(args))
                .filters(ClassNameFilter.includeClassNamePatterns(".*XenIT"))
                .configurationParameter(
                        "junit.jupiter.testclass.order.default", ClassOrderer.OrderAnnotation.class.getName())
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", MethodOrderer.OrderAnnotation.class.getName());
        if (!all) {
            request.filters(TagFilter.excludeTags(LONG));
        }
        LauncherDiscoveryRequest built = request.build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(built, summary, new ProgressListener());
        TestExecutionSummary counts = summary.getSummary();
        out.printf(
                "%d passed, %d failed, %d skipped%n",
                counts.getTestsSucceededCount(),
                counts.getTotalFailureCount(),
                counts.getTestsSkippedCount() + counts.getContainersSkippedCount());
        return counts.getTotalFailureCount() == 0 && counts.getTestsSucceededCount() > 0 ? 0 : 1;
    }

    private static List<DiscoverySelector> selectors(List<String> args) {
        String folder = LabTests.class.getPackageName();
        List<DiscoverySelector> selectors = new ArrayList<>();
        for (String arg : args) {
            if (!arg.startsWith("--")) {
                String name = folder + "." + arg;
                selectors.add(arg.contains("#") ? selectMethod(name) : selectClass(name));
            }
        }
        return selectors.isEmpty() ? List.of(selectPackage(folder)) : selectors;
    }
}
