/** The script runtime: engine, interpreters, and the deployments of handler scripts. Knows nothing of Undertow. */
package io.wshd.script;
