# shellcheck shell=sh
# Finds the JDK that builds and runs wshd. Sourced by bin/wshd and bin/check, which set $me.

oldest_jdk=25

# Prints the full version of the JDK in directory $1, nothing when there is none.
# The release file answers in a millisecond, starting java takes a hundred.
version_of() {
    [ -x "$1/bin/java" ] || return 0
    version=
    [ -r "$1/release" ] && version=$(sed -n 's/^JAVA_VERSION="\(.*\)".*/\1/p' "$1/release")
    [ -n "$version" ] || version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
    printf '%s' "$version"
}

# Prints the feature release of version $1: 25.0.3 -> 25, 1.8.0_402 -> 8, 26-ea -> 26.
major_of() {
    major=${1#1.}
    major=${major%%[!0-9]*}
    printf '%s' "${major:-0}"
}

# Looks at directory $1, found by way of $2. Sets jdk and jdk_version when it fits; otherwise remembers what it saw.
jdk_fits() {
    [ -n "$1" ] || return 1
    case " $jdk_looked " in *" $1 "*) return 1 ;; esac
    jdk_looked="$jdk_looked $1"
    candidate=$(version_of "$1")
    if [ -z "$candidate" ]; then
        jdk_seen="$jdk_seen
    $1 ($2): no bin/java there"
        return 1
    fi
    if [ "$(major_of "$candidate")" -lt "$oldest_jdk" ]; then
        jdk_seen="$jdk_seen
    $1 ($2): $candidate"
        return 1
    fi
    if [ ! -x "$1/bin/javac" ]; then
        jdk_seen="$jdk_seen
    $1 ($2): $candidate, but without bin/javac: a runtime, not a JDK"
        return 1
    fi
    jdk=$1
    jdk_version=$candidate
}

# Prints the home of the java on the PATH.
jdk_on_path() {
    found=$(command -v java) || return 0
    found=$(cd "$(dirname "$(resolve "$found")")/.." && pwd -P) || return 0
    # macOS and some version managers put a small program there that only leads to the real one.
    [ -r "$found/release" ] || found=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    printf '%s' "$found"
}

# Prints the directories where systems keep JDKs, the exact release first: compiled guest code needs that one.
jdk_directories() {
    everything=$(
        for directory in /usr/lib/jvm/* "${HOME:-}"/.sdkman/candidates/java/* \
            /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
            [ -x "$directory/bin/java" ] && (cd "$directory" && pwd -P)
        done
        [ -x /usr/libexec/java_home ] && /usr/libexec/java_home -v "$oldest_jdk+" 2>/dev/null
    )
    later=
    while read -r directory; do
        [ -n "$directory" ] || continue
        if [ "$(major_of "$(version_of "$directory")")" -eq "$oldest_jdk" ]; then
            printf '%s\n' "$directory"
        else
            later="$later$directory
"
        fi
    done <<END
$everything
END
    printf '%s' "$later"
}

# Sets jdk and jdk_version, or says what to install and exits with 1.
find_jdk() {
    jdk=
    jdk_seen=
    jdk_looked=
    if [ -n "${WSHD_JAVA_HOME:-}" ]; then
        jdk_fits "$WSHD_JAVA_HOME" WSHD_JAVA_HOME && return 0
        say "WSHD_JAVA_HOME is no JDK $oldest_jdk or newer:$jdk_seen"
        say "set it to the directory of one, or unset it and $me looks for one itself."
        exit 1
    fi
    jdk_fits "${JAVA_HOME:-}" JAVA_HOME && return 0
    jdk_fits "$(jdk_on_path)" PATH && return 0
    directories=$(jdk_directories)
    while read -r directory; do
        jdk_fits "$directory" installed && return 0
    done <<END
$directories
END
    say "no JDK $oldest_jdk or newer found. Found:${jdk_seen:-
    no Java at all}"
    cat >&2 <<END
Install one, for example:
    Debian, Ubuntu   apt-get install openjdk-$oldest_jdk-jdk-headless
    Fedora           dnf install java-$oldest_jdk-openjdk-devel
    macOS            brew install openjdk@$oldest_jdk
    any, by SDKMAN   sdk install java $oldest_jdk-tem
or set WSHD_JAVA_HOME to the directory of one.
END
    exit 1
}
