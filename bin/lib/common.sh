# shellcheck shell=sh
# What bin/wshd and bin/check share. Sourced by both, which set $me and $home.

# Everything that a launcher says goes to stderr: stdout belongs to the gateway, which programs read.
say() {
    printf '%s: %s\n' "$me" "$*" >&2
}

# Prints file $1 with every symbolic link of its last component followed.
resolve() {
    file=$1
    while [ -L "$file" ]; do
        link=$(readlink "$file")
        case $link in
            /*) file=$link ;;
            *) file=$(dirname "$file")/$link ;;
        esac
    done
    printf '%s' "$file"
}

# Runs Maven on the JDK that was found: the formatter needs a newer one than Debian's Maven comes with.
# The two flags keep the JVM from warning about libraries of Maven's own. Replaces the (sub)shell, so that a signal
# reaches Maven.
run_maven() {
    exec env JAVA_HOME="$jdk" \
        MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
        mvn -B -Dstyle.color=never -f "$home/pom.xml" "$@"
}

need_maven() {
    command -v mvn >/dev/null 2>&1 && return 0
    say "no mvn (Apache Maven 3.8.1 or newer) on the PATH; wshd is built with it. Install it, for example:"
    cat >&2 <<END
    Debian, Ubuntu   apt-get install maven
    Fedora           dnf install maven
    macOS            brew install maven
    any, by SDKMAN   sdk install maven
END
    exit 1
}

# Takes the lock that building and training share; waits while a living process holds it.
lock() {
    mkdir -p "$target"
    waited=0
    until mkdir "$target/wshd.lock" 2>/dev/null; do
        owner=$(cat "$target/wshd.lock/pid" 2>/dev/null)
        if [ -n "$owner" ] && ! is_alive "$owner"; then
            break_lock "$owner"
            continue
        fi
        [ "$waited" -eq 0 ] && say "waiting for another build of wshd${owner:+ (process $owner)}"
        # Whoever makes the directory writes its id at once: none after ten seconds means that it died in between.
        if [ "$waited" -ge 10 ] && [ -z "$owner" ]; then
            break_lock ""
            continue
        fi
        if [ "$waited" -ge 900 ]; then
            say "the other build did not end in 15 minutes. If none is running, remove $target/wshd.lock and start again."
            exit 1
        fi
        sleep 1
        waited=$((waited + 1))
    done
    echo $$ >"$target/wshd.lock/pid"
    locked=yes
    trap 'unlock' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

# A process of another user cannot be signalled, yet lives.
is_alive() {
    kill -0 "$1" 2>/dev/null || [ -d "/proc/$1" ]
}

# Removes the lock that the dead process $1 left. One at a time, or the second would remove the lock that the first
# has taken since.
break_lock() {
    if mkdir "$target/wshd.lock.broken" 2>/dev/null; then
        if [ "$(cat "$target/wshd.lock/pid" 2>/dev/null)" = "$1" ]; then
            rm -rf "$target/wshd.lock"
        fi
        rmdir "$target/wshd.lock.broken"
    else
        sleep 1
        find "$target/wshd.lock.broken" -prune -mmin +1 -exec rmdir {} \; 2>/dev/null
    fi
}

unlock() {
    [ -n "${child:-}" ] && kill "$child" 2>/dev/null
    [ "${locked:-no}" = yes ] && rm -rf "$target/wshd.lock"
    locked=no
    trap - EXIT INT TERM HUP
}
