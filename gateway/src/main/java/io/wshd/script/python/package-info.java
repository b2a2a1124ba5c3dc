/** Python handlers in the style of mod_pywebsocket, over GraalPy. */
package io.wshd.script.python;
