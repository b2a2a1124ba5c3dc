package io.wshd.script.python;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImportStatementsTest {

    private static String in(String text) {
        return String.join(" ", ImportStatements.in(text, "a.b"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "import x | x",
                "import x.y.z | x.y.z x.y x",
                "import x as y, z as v | x z",
                "import x; import y | x",
                "import x # , y | x",
                "from x import y | x x.y",
                "from x import y as z, v | x x.y x.v",
                "from x import (y, z) | x x.y x.z",
                "from x.y import z; v = 1 | x.y x x.y.z",
                "from x import * | x x.*",
                "from . import x | a.b a a.b.x",
                "from .x import y | a.b.x a.b a a.b.x.y",
                "from .. import x | a a.x",
                "from ..x import y | a.x a a.x.y",
                "from ... import x | x",
                "importlib.import_module('x') | ''",
                "fromage = 1 | ''",
                "from here on | ''",
                "v = 'import x' | ''",
                "import | ''",
                "from | ''",
            })
    void findsWhatALineImports(String line, String names) {
        assertThat(in(line)).isEqualTo(names);
        assertThat(in("def f():\n    \t" + line + "\n    pass")).isEqualTo(names);
    }

    @Test
    void goesOnWithinParenthesesAndAfterABackslash() {
        assertThat(in("from x import ( # all\n    y, # one\n    z as v,\n)\nimport w"))
                .isEqualTo("x x.y x.z w");
        assertThat(in("from x import y, \\\n    z\nimport w")).isEqualTo("x x.y x.z w");
        assertThat(in("import x, \\\n  y")).isEqualTo("x y");
        assertThat(in("from x import (y")).isEqualTo("x x.y");
    }

    @Test
    void takesLinesOfAllSystems() {
        assertThat(in("import x\r\nimport y\rimport z\n")).isEqualTo("x y z");
    }

    @Test
    void relativeNamesWithoutAPackageAreThoseBesideTheModule() {
        assertThat(ImportStatements.in("from .x import y", "")).containsExactly("x", "x.y");
    }
}
