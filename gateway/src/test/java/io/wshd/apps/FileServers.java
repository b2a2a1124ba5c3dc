package io.wshd.apps;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Configurations of other people's web servers for the files of one directory, without anything of the system's. */
final class FileServers {

    private FileServers() {}

    /** Python's, which speaks HTTP/1.0 and so ends every connection. */
    static App python(Path site) throws Exception {
        return App.printing(List.of(
                "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", site.toString()));
    }

    static App nginx(Path work, Path site) throws Exception {
        return App.listening(port -> {
            var conf = write(work.resolve("nginx.conf"), """
                    daemon off;
                    worker_processes 1;
                    pid %1$s/pid;
                    error_log stderr error;
                    events {}
                    http {
                        access_log off;
                        client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
                        uwsgi_temp_path %1$s; scgi_temp_path %1$s;
                        gzip on;
                        gzip_types text/plain;
                        server { listen 127.0.0.1:%2$d; root %3$s; index index.html; }
                    }
                    """.formatted(work, port, site));
            return List.of("nginx", "-p", work.toString(), "-c", conf.toString());
        });
    }

    static App httpd(Path work, Path site) throws Exception {
        var program = onPath("httpd") ? "httpd" : "apache2";
        var modules = Stream.of("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")
                .map(Path::of)
                .filter(Files::isDirectory)
                .findFirst()
                .orElseThrow();
        var load = Stream.of("mpm_event", "unixd", "authz_core", "dir", "mime", "filter", "deflate")
                .filter(name -> Files.exists(modules.resolve("mod_" + name + ".so")))
                .map(name -> "LoadModule " + name + "_module " + modules.resolve("mod_" + name + ".so\n"))
                .reduce("", String::concat);
        return App.listening(port -> {
            var conf = write(work.resolve("httpd.conf"), load + """
                    ServerRoot %1$s
                    DefaultRuntimeDir %1$s
                    PidFile %1$s/pid
                    ErrorLog %1$s/error
                    ServerName localhost
                    Listen 127.0.0.1:%2$d
                    User www-data
                    Group www-data
                    TypesConfig /dev/null
                    AddType text/plain .txt
                    AddOutputFilterByType DEFLATE text/plain
                    DocumentRoot %3$s
                    DirectoryIndex index.html
                    """.formatted(work, port, site));
            return List.of(program, "-d", work.toString(), "-f", conf.toString(), "-DFOREGROUND");
        });
    }

    private static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
