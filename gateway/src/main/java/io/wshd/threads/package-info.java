/** What the operating system is told of threads, beyond what the JVM tells it. */
package io.wshd.threads;
