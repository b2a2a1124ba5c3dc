package io.wshd.cli;

import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** The options of pywebsocket3's {@code standalone.py}, each under all of its names. */
final class StandaloneOptions {

    private static final String LEVELS = "fine, debug, info, warning, warn, error or critical";

    @Option(
            names = {"-H", "--server-host", "--server_host"},
            paramLabel = "HOST",
            description = "Address to listen on. Default: all of the machine.")
    String host = "::";

    @Option(
            names = {"-V", "--validation-host", "--validation_host"},
            paramLabel = "HOST",
            description = "The host that a request target with a host in it must name.")
    String validationHost;

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            converter = ConfOptions.Port.class,
            description = "Port to listen on. Default: 80.")
    int port = 80;

    @Option(
            names = {"-P", "--validation-port", "--validation_port"},
            paramLabel = "PORT",
            converter = ConfOptions.Port.class,
            description = "The port that a request target with a port in it must name.")
    Integer validationPort;

    @Option(
            names = {"-w", "--websock-handlers", "--websock_handlers"},
            paramLabel = "DIR",
            description =
                    "Directory of the handler scripts: DIR/a/b_wsh.py answers at /a/b. Default: the document root.")
    String handlers = ".";

    @Option(
            names = {"-m", "--websock-handlers-map-file", "--websock_handlers_map_file"},
            paramLabel = "FILE",
            description = "More paths for handlers: lines of an alias, white space and the handler's own path.")
    String handlerMap;

    @Option(
            names = {"-s", "--scan-dir", "--scan_dir"},
            paramLabel = "DIR",
            description = "The part of the handler directory that is looked at. Default: all of it.")
    String scanned;

    @Option(
            names = {"--allow-handlers-outside-root-dir", "--allow_handlers_outside_root_dir"},
            description = "Handlers may be links to files outside their directory.")
    boolean outside;

    @Option(
            names = {"--handler-encoding", "--handler_encoding"},
            paramLabel = "NAME",
            description = "Of handlers; utf8, the default, is the only one.")
    String handlerEncoding = "utf8";

    @Option(
            names = {"-d", "--document-root", "--document_root"},
            paramLabel = "DIR",
            description = "Directory of files to serve, where other relative paths start. Default: here.")
    String documentRoot = ".";

    @Option(
            names = {"-x", "--cgi-paths", "--cgi_paths"},
            paramLabel = "PATHS",
            description = "Refused: CGI is not available in this version.")
    String cgiPaths;

    @Option(
            names = {"-t", "--tls"},
            description = "Speak TLS (wss://, https://).")
    boolean tls;

    @Option(
            names = {"-k", "--private-key", "--private_key"},
            paramLabel = "FILE",
            description = "The private key for TLS, PEM.")
    String key;

    @Option(
            names = {"-c", "--certificate"},
            paramLabel = "FILE",
            description = "The certificate for TLS, PEM.")
    String certificate;

    @Option(
            names = {"--tls-client-auth", "--tls_client_auth"},
            description = "Clients have to show a certificate.")
    boolean clientAuth;

    @Option(
            names = {"--tls-client-cert-optional", "--tls_client_cert_optional"},
            description = "Clients are asked for a certificate and may have none.")
    boolean clientOptional;

    @Option(
            names = {"--tls-client-ca", "--tls_client_ca"},
            paramLabel = "FILE",
            description = "The certificates that those of clients are signed with, PEM.")
    String clientCa;

    @Option(
            names = {"--basic-auth", "--basic_auth"},
            description = "Ask for a user and a password.")
    boolean basicAuth;

    @Option(
            names = {"--basic-auth-credential", "--basic_auth_credential"},
            paramLabel = "USER:PASSWORD",
            description = "Those that are accepted. Default: test:test.")
    String credential = "test:test";

    @Option(
            names = {"-l", "--log-file", "--log_file"},
            paramLabel = "FILE",
            description = "Log to a file, not to stderr.")
    String logFile = "";

    @Option(
            names = {"--log-level", "--log_level"},
            paramLabel = "LEVEL",
            description = LEVELS + ". Default: warn.")
    Level logLevel = Level.warn;

    @Option(
            names = {"--deflate-log-level", "--deflate_log_level"},
            paramLabel = "LEVEL",
            description = "Taken, and without effect.")
    Level deflateLogLevel;

    @Option(
            names = {"--thread-monitor-interval-in-sec", "--thread_monitor_interval_in_sec"},
            paramLabel = "SECONDS",
            description = "Taken, and without effect: there are no threads to watch.")
    int threadMonitorInterval;

    @Option(
            names = {"--log-max", "--log_max"},
            paramLabel = "BYTES",
            description = "At which a log file is put aside. Default: 262144.")
    long logMax = 256 * 1024;

    @Option(
            names = {"--log-count", "--log_count"},
            paramLabel = "COUNT",
            description = "Log files put aside that are kept. Default: 5.")
    int logCount = 5;

    @Option(
            names = {"-q", "--queue"},
            paramLabel = "COUNT",
            description = "Connections that may wait to be accepted. Default: 1000.")
    int backlog = io.wshd.config.ListenerConfig.BACKLOG;

    /** picocli's own would take the name -V. */
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Shows this help message and exits.")
    boolean help;

    @Option(names = "--version", versionHelp = true, description = "Prints version information and exits.")
    boolean version;

    /** Taken out before these options are read; see {@link StandaloneFile}. */
    @Option(
            names = {"--config", "--config-file", "--config_file"},
            paramLabel = "FILE",
            description = "A file with a section [pywebsocket] of such options, by their long names.")
    Path configFile;

    /** The names of Python's levels, and one of pywebsocket's own. */
    enum Level {
        fine,
        debug,
        info,
        warning,
        warn,
        error,
        critical
    }

    private static final Map<Level, String> NAMES = Map.of(
            Level.fine,
            "trace",
            Level.debug,
            "debug",
            Level.info,
            "info",
            Level.warning,
            "warn",
            Level.warn,
            "warn",
            Level.error,
            "error",
            Level.critical,
            "error");

    /** Has the log as these options want it, from now on. */
    void setUpLog() {
        System.setProperty(LogSetup.LEVEL, NAMES.get(logLevel));
        System.setProperty(LogSetup.PRINTED, "true");
        if (!logFile.isEmpty()) {
            System.setProperty(
                    LogSetup.FILE,
                    Path.of("")
                            .toAbsolutePath()
                            .resolve(documentRoot)
                            .resolve(logFile)
                            .normalize()
                            .toString());
            System.setProperty(LogSetup.FILE_SIZE, Long.toString(logMax));
            System.setProperty(LogSetup.FILE_COUNT, Integer.toString(logCount));
        }
        LogSetup.apply();
    }
}
