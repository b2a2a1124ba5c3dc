package io.wshd;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NeedsTest {

    @Test
    void aProgramOnThePathIsPresentAndAnUnknownOneIsNot() {
        assertThat(Needs.Check.present("sh")).isTrue();
        assertThat(Needs.Check.present("wshd-no-such-program")).isFalse();
        assertThat(Needs.Check.present("npm:wshd-no-such-package")).isFalse();
    }

    @Test
    @Needs({"sh", "ls"})
    void aTestWhoseNeedsAreMetRuns() {}
}
