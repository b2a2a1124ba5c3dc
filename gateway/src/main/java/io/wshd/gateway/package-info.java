/** The assembly: listeners, hosts and routes, and the lifecycle of the whole process. */
package io.wshd.gateway;
