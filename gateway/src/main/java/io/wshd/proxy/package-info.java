/** The reverse proxy in front of existing applications. */
package io.wshd.proxy;
