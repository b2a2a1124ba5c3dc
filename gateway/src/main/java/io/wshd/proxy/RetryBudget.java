package io.wshd.proxy;

import java.util.concurrent.TimeUnit;

/**
 * Keeps retries a small part of all requests: when a server is down for everybody, repeating every request would double
 * the load of the others. Counts the last ten seconds. Any thread may use it.
 */
final class RetryBudget {

    private static final int SECONDS = 10;

    /** Allowed in ten seconds however few requests there are. */
    private static final int ALWAYS = 10;

    private final int percent;
    private final long[] second = new long[SECONDS];
    private final int[] requests = new int[SECONDS];
    private final int[] retries = new int[SECONDS];

    RetryBudget(int percent) {
        this.percent = percent;
    }

    synchronized void request() {
        requests[slot()]++;
    }

    /** Takes a retry out of the budget. */
    synchronized boolean take() {
        int slot = slot();
        long allRequests = 0;
        long allRetries = 0;
        for (int i = 0; i < SECONDS; i++) {
            if (second[slot] - second[i] < SECONDS) {
                allRequests += requests[i];
                allRetries += retries[i];
            }
        }
        if (percent == 0 || allRetries >= Math.max(ALWAYS, allRequests * percent / 100)) {
            return false;
        }
        retries[slot]++;
        return true;
    }

    private int slot() {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        int slot = Math.floorMod(now, SECONDS);
        if (second[slot] != now) {
            second[slot] = now;
            requests[slot] = 0;
            retries[slot] = 0;
        }
        return slot;
    }
}
