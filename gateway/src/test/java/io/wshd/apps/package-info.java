/** Applications as people have them, each behind the real gateway, under a path that it does not know of. */
package io.wshd.apps;
