/** The configuration: HOCON in, records out, and a place (file:line) on every complaint. Depends on nothing of wshd. */
package io.wshd.config;
