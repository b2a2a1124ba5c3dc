package io.wshd.script.js;

import java.util.EnumSet;
import java.util.Set;
import org.graalvm.shadowed.com.ibm.icu.text.IDNA;

/**
 * Host names with letters beyond ASCII, as URLs need them: UTS #46, not transitional. The JDK has the rules of 2003
 * only. ICU has these, and GraalJS brings an ICU along; that it does is not public, hence kept in this one place and
 * covered by a test. The alternative is npm's tr46 with its tables, half a megabyte for each context that uses them.
 */
final class Idna {

    private static final IDNA RULES =
            IDNA.getUTS46Instance(IDNA.CHECK_BIDI | IDNA.CHECK_CONTEXTJ | IDNA.NONTRANSITIONAL_TO_ASCII);

    /** What the URL standard lets pass: CheckHyphens and VerifyDnsLength are false there. */
    private static final Set<IDNA.Error> FINE = EnumSet.of(
            IDNA.Error.EMPTY_LABEL,
            IDNA.Error.LABEL_TOO_LONG,
            IDNA.Error.DOMAIN_NAME_TOO_LONG,
            IDNA.Error.LEADING_HYPHEN,
            IDNA.Error.TRAILING_HYPHEN,
            IDNA.Error.HYPHEN_3_4);

    private Idna() {}

    /** The ASCII form of a domain, or null if it has none. */
    static String toAscii(String domain) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder ascii = RULES.nameToASCII(domain, new StringBuilder(), info);
        return FINE.containsAll(info.getErrors()) ? ascii.toString() : null;
    }
}
