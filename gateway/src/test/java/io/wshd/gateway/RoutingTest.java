package io.wshd.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.wshd.RawHttp;
import io.wshd.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which host and which route take a request, and where redirects lead. */
class RoutingTest {

    private static final String CONF = """
            listeners { http { bind = "127.0.0.1:0" } }
            hosts {
              "one.example" { routes { "/" { files = "one" } } }
              "two.example" { routes { "/only" { files = "two" } } }
              "*" {
                routes {
                  "/" { files = "www" }
                  "/app" { redirect = "/short" }
                  "/app/deep" { redirect = "/long", status = 308 }
                  "/home" { redirect = "/" }
                  "/away" { redirect = "https://example.org/base?from=here" }
                }
              }
            }
            """;

    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.with(
                "conf/gateway.conf", CONF,
                "one/index.html", "first",
                "two/index.html", "second",
                "www/index.html", "any",
                "www/application", "file");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static RawHttp.Response get(String host, String target) throws IOException {
        try (var client = new RawHttp(gateway.port())) {
            client.send("GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
            return client.response();
        }
    }

    private static String location(String target) throws IOException {
        return get("localhost", target).header("Location");
    }

    @Test
    void aHostServesItsOwnRoutesInAnyCaseAndWithAnyPort() throws Exception {
        assertThat(get("one.example", "/").body()).isEqualTo("first");
        assertThat(get("ONE.Example:8080", "/").body()).isEqualTo("first");
        assertThat(get("two.example", "/only/").body()).isEqualTo("second");
    }

    @Test
    void anyOtherHostGetsTheStar() throws Exception {
        assertThat(get("three.example", "/").body()).isEqualTo("any");
        assertThat(get("sub.one.example", "/").body()).isEqualTo("any");
    }

    @Test
    void aHostDoesNotFallBackToTheRoutesOfTheStar() throws Exception {
        assertThat(get("two.example", "/").status()).isEqualTo(404);
    }

    @Test
    void theLongestRouteWins() throws Exception {
        assertThat(location("/app/x")).isEqualTo("/short/x");
        assertThat(location("/app/deep/x")).isEqualTo("/long/x");
        assertThat(get("localhost", "/app/deep").status()).isEqualTo(308);
        assertThat(get("localhost", "/app").status()).isEqualTo(302);
    }

    @Test
    void aRouteEndsAtASegment() throws Exception {
        assertThat(get("localhost", "/application").body()).isEqualTo("file");
        assertThat(location("/app/deeper")).isEqualTo("/short/deeper");
    }

    @Test
    void aRedirectTakesTheRestOfThePathAndTheQueryAlong() throws Exception {
        assertThat(location("/app")).isEqualTo("/short");
        assertThat(location("/app/a/b?x=1&y=%2F")).isEqualTo("/short/a/b?x=1&y=%2F");
        assertThat(location("/away/a?x=1"))
                .startsWith("https://example.org/base")
                .endsWith("&x=1");
    }

    @Test
    void aRedirectKeepsThePathEncodedAsItCame() throws Exception {
        assertThat(location("/app/%E2%82%AC%20b")).isEqualTo("/short/%E2%82%AC%20b");
        assertThat(location("/app/a%2Fb%3Fc%25")).isEqualTo("/short/a%2Fb%3Fc%25");
        assertThat(location("/%61pp/a")).isEqualTo("/short/a");
        assertThat(get("localhost", "/app/a%0D%0ASet-Cookie:x").head()).doesNotContain("\r\nSet-Cookie");
    }

    @Test
    void aTargetInAbsoluteFormIsRedirectedAlike() throws Exception {
        assertThat(location("http://localhost/app/a?x")).isEqualTo("/short/a?x");
    }

    @Test
    void aRedirectLeadsToNoOtherHost() throws Exception {
        for (var rest : new String[] {
            "//evil.example",
            "///evil.example",
            "/%2Fevil.example",
            "/%5Cevil.example",
            "/\\evil.example",
            "/.//evil.example"
        }) {
            assertThat(location("/home" + rest))
                    .satisfiesAnyOf(
                            location -> assertThat(location).isNull(),
                            location -> assertThat(location).matches("/(?![/\\\\]).*"));
        }
    }
}
