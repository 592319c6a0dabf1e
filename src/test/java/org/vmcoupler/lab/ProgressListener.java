/*
 * Copyright the VMCoupler authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.vmcoupler.lab;

import java.util.HashMap;
import java.util.Map;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Tells of each test as it begins and ends, with its time, since the whole takes minutes. */
final class ProgressListener implements TestExecutionListener {

    private final Map<String, Long> startedNs = new HashMap<>();

    @Override
    public void executionStarted(TestIdentifier test) {
        startedNs.put(test.getUniqueId(), System.nanoTime());
        if (test.isTest()) {
            Scenarios.say("begins: " + test.getLegacyReportingName() + " " + test.getDisplayName());
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        Scenarios.say("skipped: " + test.getLegacyReportingName() + ": " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        boolean good = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
        if (test.isTest() || !good) {
            long started = startedNs.getOrDefault(test.getUniqueId(), System.nanoTime());
            Scenarios.say(String.format(
                    "%s: %s (%d s)",
                    good ? "passed" : "FAILED",
                    test.getLegacyReportingName(),
                    (System.nanoTime() - started) / 1_000_000_000L));
            result.getThrowable().ifPresent(t -> {
                Scenarios.say(stack(t));
                LastLogs.tell();
            });
        }
    }

    private static String stack(Throwable failure) {
        java.io.StringWriter text = new java.io.StringWriter();
        failure.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
