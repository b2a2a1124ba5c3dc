/** The command line: one class per subcommand, and the exit status each ends with. */
package io.wshd.cli;
