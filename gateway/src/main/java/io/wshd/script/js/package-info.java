/** JavaScript handlers, over GraalJS. */
package io.wshd.script.js;
