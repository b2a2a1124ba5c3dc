package io.wshd.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangesTest {

    @TempDir
    private Path directory;

    @Test
    void anImportedFileThatWasSeenToChangeIsNoNewsUntilItChangesAgain() throws Exception {
        Path file = Files.writeString(directory.resolve("words.py"), "WORD = 'one'");
        Changes changes = look(file);
        assertThat(changes.isCalm()).isFalse();
        assertThat(changes.isSettledBy(look(file))).isTrue();
        Files.writeString(file, "WORD = 'another'");
        Changes more = look(file);
        assertThat(changes.isSettledBy(more)).isFalse();
        changes.add(more);
        assertThat(changes.isSettledBy(look(file))).isTrue();
        assertThat(changes.isSettledBy(look(file, directory.resolve("gone.py"))))
                .isFalse();
        Files.delete(file);
        assertThat(changes.isSettledBy(look(file))).isFalse();
    }

    private static Changes look(Path... changed) {
        var changes = new Changes();
        changes.imports(Set.of(changed));
        return changes;
    }
}
