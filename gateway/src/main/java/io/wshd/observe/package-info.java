/** What operators and users see of single requests: their ids, and later their log lines and counts. */
package io.wshd.observe;
