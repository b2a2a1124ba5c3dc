/** Static files: Undertow's resource handler, and around it what it leaves open. */
package io.wshd.files;
