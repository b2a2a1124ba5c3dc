package io.wshd.script.js;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NetworkPermissionTest {

    @Test
    void withoutTheNetworkNoRequestIsMadeAndTheSwitchIsNamed() {
        try (var fetcher = new Fetcher(1)) {
            var fetch = new JsFetch(null, fetcher, false);
            assertThat(fetch.refusal()).startsWith("PermissionError: ").contains("permissions.network");
            assertThat(fetch.start("GET", "http://127.0.0.1:1/", "", null)).isNull();
            assertThat(fetcher.open()).isZero();
        }
    }
}
