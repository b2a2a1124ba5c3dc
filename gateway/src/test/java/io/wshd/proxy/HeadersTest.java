package io.wshd.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which headers arrive, in both directions. */
class HeadersTest {

    private static final String ECHOED = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nServer: app\r\nX-Secret: 1\r\n"
            + "Set-Cookie: a=b\r\nVia: 1.0 other\r\n\r\nok";

    /** The header lines that the upstream got, in lower case. */
    private static List<String> received(RawUpstream upstream) {
        return upstream.heads
                .getLast()
                .lines()
                .map(line -> line.toLowerCase(Locale.ROOT))
                .toList();
    }

    private static String value(RawUpstream upstream, String name) {
        return received(upstream).stream()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 2))
                .reduce((one, other) -> one + " & " + other)
                .orElse("none");
    }

    @Test
    void theUpstreamLearnsOfTheClientInBothNotations() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.at("/app", upstream.uri(""))) {
            RawHttp.get(gateway.port(), "/app/x", "Forwarded: for=6.6.6.6", "X-Forwarded-For: 6.6.6.6");
            assertThat(value(upstream, "forwarded")).isEqualTo("for=127.0.0.1;proto=http;host=\"example.test:81\"");
            assertThat(value(upstream, "x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(value(upstream, "via")).isEqualTo("none");
            assertThat(received(upstream)).noneMatch(line -> line.contains("6.6.6.6"));
        }
    }

    @Test
    void whatATrustedProxySaysIsBelievedAndNothingBeforeIt() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.at(
                        "/app", upstream.uri(""), "trusted-proxies=[\"127.0.0.0/8\", \"10.0.0.0/8\", \"fd00::/8\"]")) {
            RawHttp.get(
                    gateway.port(),
                    "/app/x",
                    "X-Forwarded-For: 6.6.6.6, 192.0.2.7:4711, 10.1.2.3",
                    "X-Forwarded-For: [fd00::1]",
                    "X-Forwarded-Proto: https",
                    "X-Forwarded-Host: www.example.org",
                    "X-Forwarded-Prefix: /site");
            assertThat(value(upstream, "x-forwarded-for"))
                    .isEqualTo("192.0.2.7, 10.1.2.3, fd00:0:0:0:0:0:0:1, 127.0.0.1");
            assertThat(value(upstream, "x-forwarded-proto")).isEqualTo("https");
            assertThat(value(upstream, "x-forwarded-host")).isEqualTo("www.example.org");
            assertThat(value(upstream, "x-forwarded-port")).isEqualTo("443");
            assertThat(value(upstream, "x-forwarded-prefix")).isEqualTo("/site/app");
            assertThat(value(upstream, "host")).isEqualTo("www.example.org");
            assertThat(value(upstream, "forwarded"))
                    .isEqualTo("for=192.0.2.7;proto=https;host=\"www.example.org\", for=10.1.2.3,"
                            + " for=\"[fd00:0:0:0:0:0:0:1]\", for=127.0.0.1");
        }
    }

    @Test
    void aTrustedProxyMayUseTheStandardHeader() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.at("/app", upstream.uri(""), "trusted-proxies=[\"127.0.0.1\"]")) {
            RawHttp.get(
                    gateway.port(),
                    "/app/x",
                    "Forwarded: for=6.6.6.6;proto=http;host=evil, for=\"[2001:db8::7]:4711\";Proto=https;host=\"b.example\"");
            assertThat(value(upstream, "x-forwarded-for")).isEqualTo("2001:db8:0:0:0:0:0:7, 127.0.0.1");
            assertThat(value(upstream, "x-forwarded-proto")).isEqualTo("https");
            assertThat(value(upstream, "host")).isEqualTo("b.example");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "unknown,                    127.0.0.1",
        "'',                         127.0.0.1",
        "'192.0.2.7, _hidden',       127.0.0.1",
        "'192.0.2.7, evil.example',  127.0.0.1",
        "127.0.0.1,                  '127.0.0.1, 127.0.0.1'",
    })
    void whatIsNoAddressEndsTheList(String header, String expected) throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.at("/app", upstream.uri(""), "trusted-proxies=[\"127.0.0.1\"]")) {
            RawHttp.get(
                    gateway.port(),
                    "/app/x",
                    "X-Forwarded-For: " + header,
                    "X-Forwarded-Host: a b",
                    "X-Forwarded-Prefix: //evil");
            assertThat(value(upstream, "x-forwarded-for")).isEqualTo(expected);
            assertThat(value(upstream, "x-forwarded-host")).isEqualTo("example.test:81");
            assertThat(value(upstream, "x-forwarded-prefix")).isEqualTo("/app");
        }
    }

    @Test
    void aProxyThatIsNotTrustedIsNotBelieved() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.at("/app", upstream.uri(""), "trusted-proxies=[\"10.0.0.0/8\"]")) {
            RawHttp.get(gateway.port(), "/app/x", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https");
            assertThat(value(upstream, "x-forwarded-for")).isEqualTo("127.0.0.1");
            assertThat(value(upstream, "x-forwarded-proto")).isEqualTo("http");
        }
    }

    @Test
    void headersAreRemovedSetAndAddedInBothDirections() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.route("/app", """
                        proxy = "%s"
                        request-headers { remove = [Cookie], set { X-Env = prod, "X-Forwarded-Proto" = https },
                                          add { X-More = [1, 2] } }
                        response-headers { remove = [x-secret], set { Server = wshd, X-Frame-Options = DENY },
                                           add { Set-Cookie = "c=d" } }
                        """.formatted(upstream.uri("")))) {
            var response =
                    RawHttp.get(gateway.port(), "/app/x", "Cookie: a=b", "X-Env: forged", "X-Env: twice", "X-More: 0");
            assertThat(value(upstream, "cookie")).isEqualTo("none");
            assertThat(value(upstream, "x-env")).isEqualTo("prod");
            assertThat(value(upstream, "x-forwarded-proto")).isEqualTo("https");
            assertThat(value(upstream, "x-more")).isEqualTo("0 & 1 & 2");
            assertThat(response.header("X-Secret")).isNull();
            assertThat(response.header("Server")).isEqualTo("wshd");
            assertThat(response.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(response.head()).contains("Set-Cookie: a=b\r\n", "Set-Cookie: c=d\r\n");
        }
    }

    @Test
    void viaIsAddedWhereItIsWanted() throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.conf("""
                        proxy.via = edge
                        hosts { "*" { routes {
                          "/a" { proxy = "%s" }
                          "/b" { proxy = "%s", via = off }
                        } } }
                        """.formatted(upstream.uri(""), upstream.uri("")))) {
            var response = RawHttp.get(gateway.port(), "/a", "Via: 1.1 before");
            assertThat(value(upstream, "via")).isEqualTo("1.1 before & 1.1 edge");
            assertThat(response.head()).contains("Via: 1.0 other\r\n", "Via: 1.1 edge\r\n");
            RawHttp.get(gateway.port(), "/b");
            assertThat(value(upstream, "via")).isEqualTo("none");
        }
    }

    @ParameterizedTest
    @CsvSource({"client, example.test:81", "server, server", "app.internal:8000, app.internal:8000"})
    void theHostIsTheOneThatTheRouteAsksFor(String rule, String expected) throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway = Proxied.route("/app", "proxy = \"" + upstream.uri("") + "\", host = \"" + rule + "\"")) {
            RawHttp.get(gateway.port(), "/app/x");
            assertThat(value(upstream, "host"))
                    .isEqualTo(expected.equals("server") ? upstream.uri("").getAuthority() : expected);
            assertThat(value(upstream, "x-forwarded-host")).isEqualTo("example.test:81");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "keep,   '',     /app/a%2Fb?c, /app/a%2Fb?c",
        "keep,   /base,  /app,         /base/app",
        "/,      '',     /app/x,       /x",
        "/other, '',     /app/x,       /other/x",
        "/other, /base/, /app,         /base/other",
        "/o%20t, '',     /app/x/,      /o%20t/x/",
        "strip,  '',     /app/x,       /x",
    })
    void thePathIsKeptStrippedOrReplaced(String rule, String base, String asked, String expected) throws Exception {
        try (var upstream = RawUpstream.answering(ECHOED);
                var gateway =
                        Proxied.route("/app", "proxy = \"" + upstream.uri(base) + "\", path = \"" + rule + "\"")) {
            assertThat(RawHttp.get(gateway.port(), asked).status()).isEqualTo(200);
            assertThat(upstream.heads.getFirst()).startsWith("GET " + expected + " HTTP/1.1\r\n");
            assertThat(value(upstream, "x-forwarded-prefix")).isEqualTo(rule.equals("keep") ? "none" : "/app");
        }
    }

    private static TestGateway answering(RawUpstream upstream, String more) {
        return Proxied.route(
                "/app",
                "proxy = \"" + upstream.uri(more.equals("base") ? "/base" : "") + "\""
                        + (more.startsWith("path") ? ", " + more : ""));
    }

    /** {@code SELF} stands for the server's own authority. */
    @ParameterizedTest
    @CsvSource({
        "'',            /login,                          /app/login",
        "'',            /,                               /app/",
        "'',            /app,                            /app",
        "'',            /app/login?next=/app/,           /app/login?next=/app/",
        "'',            /apples,                         /app/apples",
        "'',            login,                           login",
        "'',            ?page=2,                         ?page=2",
        "'',            //other.example/x,               //other.example/x",
        "'',            https://other.example/x,         https://other.example/x",
        "'',            http://SELF/login?a=b#c,         http://example.test:81/app/login?a=b#c",
        "'',            http://SELF,                     http://example.test:81/app/",
        "'',            http://example.test:81/login,    http://example.test:81/app/login",
        "'',            https://example.test:81/x,       https://example.test:81/app/x",
        "'',            http://example.test/x,           http://example.test/x",
        "base,          /base/login,                     /app/login",
        "base,          /base,                           /app/",
        "base,          /elsewhere,                      /elsewhere",
        "base,          http://SELF/base/x,              http://example.test:81/app/x",
        "path = keep,   /app/login,                      /app/login",
        "path = keep,   /login,                          /login",
        "path = keep,   http://SELF/app/login,           http://example.test:81/app/login",
        "path = /other, /other/login,                    /app/login",
    })
    void redirectsLeadWhereTheClientCanFollow(String more, String location, String expected) throws Exception {
        var own = new String[1];
        try (var upstream = new RawUpstream((head, in, out) -> {
                    var where = location.replace("SELF", own[0]);
                    RawUpstream.write(
                            out,
                            "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + where + "\r\nContent-Location: "
                                    + where + "\r\n\r\n");
                    return true;
                });
                var gateway = answering(upstream, more)) {
            own[0] = upstream.uri("").getAuthority();
            var response = RawHttp.get(gateway.port(), "/app/x");
            assertThat(response.header("Location")).isEqualTo(expected);
            assertThat(response.header("Content-Location")).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''          | a=b                                     | a=b",
                "''          | a=b; Path=/; HttpOnly                   | a=b; Path=/app; HttpOnly",
                "''          | a=b; path=/x; Secure                    | a=b; Path=/app/x; Secure",
                "''          | a=b; Path=/app; Max-Age=3               | a=b; Path=/app; Max-Age=3",
                "''          | a=/;Path=/;Domain=127.0.0.1;SameSite=Lax| a=/; Path=/app;SameSite=Lax",
                "''          | a=b; Domain=example.test                | a=b; Domain=example.test",
                "base        | a=b; Path=/base/x                       | a=b; Path=/app/x",
                "base        | a=b; Path=/                             | a=b; Path=/app",
                "path = keep | a=b; Path=/                             | a=b; Path=/",
            })
    void cookiesAreForThePathThatTheClientSees(String more, String cookie, String expected) throws Exception {
        var answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: " + cookie + "\r\n\r\n";
        try (var upstream = RawUpstream.answering(answer);
                var gateway = answering(upstream, more)) {
            assertThat(RawHttp.get(gateway.port(), "/app/x").header("Set-Cookie"))
                    .isEqualTo(expected);
        }
    }

    @Test
    void theTranslationCanBeSwitchedOff() throws Exception {
        var answer = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /x\r\nSet-Cookie: a=b; Path=/\r\n\r\n";
        try (var upstream = RawUpstream.answering(answer);
                var gateway = Proxied.route("/app", "proxy = \"" + upstream.uri("") + "\", map-responses = off")) {
            var response = RawHttp.get(gateway.port(), "/app/x");
            assertThat(response.header("Location")).isEqualTo("/x");
            assertThat(response.header("Set-Cookie")).isEqualTo("a=b; Path=/");
        }
    }
}
