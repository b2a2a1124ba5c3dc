# shellcheck shell=sh
# Builds the gateway when its sources are newer than the last build. Sourced by bin/wshd.

is_built() {
    [ -f "$target/wshd.stamp" ] && [ -d "$target/compiler" ] && [ -d "$target/lib" ] || return 1
    for jar in "$target"/gateway-*.jar; do
        [ -f "$jar" ] || return 1
    done
    # A directory is newer when a file in it was added, removed or renamed.
    [ -z "$(find "$home/gateway/src/main" "$home/pom.xml" "$home/gateway/pom.xml" \
        -newer "$target/wshd.stamp" 2>/dev/null | head -n 1)" ]
}

build_if_needed() {
    is_built && return 0
    need_maven
    lock
    # Another start may have built it while this one waited.
    if is_built; then
        unlock
        return 0
    fi
    build
    unlock
}

build() {
    if [ -d "$target/lib" ]; then
        say "building wshd (its sources have changed)"
    else
        say "building wshd (first start: downloads about 300 MB, some minutes)"
    fi
    log=$target/build.log
    # Made before the build starts, so that a change during the build counts as newer.
    : >"$target/wshd.stamp.new"
    run_maven -Dmaven.test.skip=true package >"$log" 2>&1 </dev/null &
    child=$!
    show_progress
    if wait "$child"; then
        child=
        mv "$target/wshd.stamp.new" "$target/wshd.stamp"
        say "built"
        return 0
    fi
    child=
    explain_failure
    exit 1
}

# Prints what Maven is at: every second on a terminal, in place; elsewhere a line when the step changes, or each 15 s.
show_progress() {
    shown=
    seconds=0
    while is_running; do
        sleep 1
        seconds=$((seconds + 1))
        line=$(progress)
        [ -n "$line" ] || continue
        if [ -t 2 ]; then
            printf '\r    %-70s' "$line" >&2
        elif [ "${line%%,*}" != "$shown" ] || [ $((seconds % 15)) -eq 0 ]; then
            printf '    %s\n' "$line" >&2
            shown=${line%%,*}
        fi
    done
    [ -t 2 ] && printf '\r%-76s\r' '' >&2
    return 0
}

is_running() {
    kill -0 "$child" 2>/dev/null
}

# Prints the current step and how much was downloaded, from Maven's log.
progress() {
    awk '
        /^\[INFO\] --- / { step = $3 }
        /Downloaded from / {
            files++
            size = $0
            sub(/.*\(/, "", size)
            split(size, part, " ")
            if (part[2] == "kB") bytes += part[1] * 1000
            else if (part[2] == "MB") bytes += part[1] * 1000000
            else bytes += part[1]
        }
        END {
            doing = "reading the project"
            if (step ~ /toolchain|enforcer/) doing = "checking JDK and versions"
            if (step ~ /resources/) doing = "copying resources"
            if (step ~ /surefire/) doing = "packing"
            if (step ~ /compiler/) doing = "compiling"
            if (step ~ /dependency/) doing = "copying libraries"
            if (step ~ /jar/) doing = "packing"
            if (files) printf "%s, %d files downloaded (%.0f MB)\n", doing, files, bytes / 1000000
            else print doing
        }' "$log"
}

explain_failure() {
    say "the build failed:"
    # Maven says most of it twice, and then how to run Maven again.
    sed -n 's/^\[ERROR\] //p' "$log" | grep -v -e 'Help 1' -e 'Re-run Maven' -e 'full stack trace' \
        -e 'For more information' -e 'After correcting the problems' -e 'mvn <args>' -e 'COMPILATION ERROR' -e '^ *$' |
        awk '!seen[$0]++' | head -n 20 | sed 's/^/    /' >&2
    if grep -q -e 'Could not transfer' -e 'Unknown host' -e 'Connection refused' -e 'Could not resolve dependencies' "$log"; then
        say "Maven could not download something: check the network and ~/.m2/settings.xml (proxy, mirror), then start again."
    else
        say "correct that and start again."
    fi
    say "the whole log is in $log"
}
