/** The demo pages with the real gateway and the real handlers, in a headless Chromium. */
package io.wshd.browser;
