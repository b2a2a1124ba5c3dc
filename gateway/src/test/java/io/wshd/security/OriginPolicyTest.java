package io.wshd.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OriginPolicyTest {

    private static boolean allows(List<String> allowed, String origin, String host) {
        return new OriginPolicy(allowed).refusal(List.of(origin), host).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "http://example.org, example.org",
        "http://example.org:80, example.org",
        "http://example.org, example.org:80",
        "https://example.org, example.org",
        "https://example.org, example.org:443",
        "http://EXAMPLE.org:8080, example.ORG:8080",
        "http://[::1]:8080, [::1]:8080"
    })
    void aPageOfTheSameHostIsAllowed(String origin, String host) {
        assertThat(allows(List.of(), origin, host)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://evil.example, example.org",
        "http://example.org:8081, example.org:8080",
        "https://example.org, example.org:80",
        "http://example.org.evil.example, example.org",
        "http://example.org, user@example.org",
        "null, example.org",
        "'', example.org",
        "http://, example.org",
        "file://, example.org",
        "example.org, example.org",
        "http://a b, example.org"
    })
    void anythingElseIsRefused(String origin, String host) {
        assertThat(allows(List.of(), origin, host)).isFalse();
    }

    @Test
    void aListedOriginIsAllowedHoweverItIsSpelled() {
        var allowed = List.of("https://Example.org:443", "http://localhost:3000", "null");
        assertThat(allows(allowed, "https://example.org", "h")).isTrue();
        assertThat(allows(allowed, "http://localhost:3000", "h")).isTrue();
        assertThat(allows(allowed, "null", "h")).isTrue();
        assertThat(allows(allowed, "http://example.org", "h")).isFalse();
        assertThat(allows(allowed, "http://localhost", "h")).isFalse();
    }

    @Test
    void aStarAllowsEveryOriginAndNoOriginIsAlwaysAllowed() {
        assertThat(allows(List.of("*"), "http://evil.example", "h")).isTrue();
        assertThat(new OriginPolicy(List.of()).refusal(List.of(), "h")).isEmpty();
    }

    @Test
    void aRefusalNamesBothValuesAndTheSetting() {
        assertThat(new OriginPolicy(List.of()).refusal(List.of("http://evil.example"), "example.org:8080"))
                .contains("Origin \"http://evil.example\" is neither of the same host as the Host header"
                        + " \"example.org:8080\" nor listed in the route's \"origins\"; add it there to allow it.");
        assertThat(new OriginPolicy(List.of()).refusal(List.of("http://a", "http://a"), "a"))
                .isPresent();
    }
}
