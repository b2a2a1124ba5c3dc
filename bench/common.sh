# shellcheck shell=sh
# What the benchmarks share. Sourced, with $home set to the project's directory.

me=bench
# shellcheck source=bin/lib/common.sh
. "$home/bin/lib/common.sh"
# shellcheck source=bin/lib/jdk.sh
. "$home/bin/lib/jdk.sh"
find_jdk

bench=$(mktemp -d) || exit 1
started=
trap 'for pid in $started; do kill "$pid" 2>/dev/null; done; rm -rf "$bench"' EXIT
trap 'exit 130' INT TERM

cc -O2 -o "$bench/wsload" "$home/bench/wsload.c" || exit 1

now() {
    date +%s%3N
}

# start NAME COMMAND...: starts it in the background and waits for the line that names its port, two minutes at most.
# Sets pid and port.
start() {
    name=$1
    shift
    : >"$bench/$name.out"
    "$@" >"$bench/$name.out" 2>"$bench/$name.err" &
    pid=$!
    started="$started $pid"
    port=
    tries=0
    while [ -z "$port" ] && [ "$tries" -lt 12000 ] && kill -0 "$pid" 2>/dev/null; do
        port=$(sed -n 's|^listening on .*:\([0-9][0-9]*\)/$|\1|p' "$bench/$name.out")
        tries=$((tries + 1))
        [ -n "$port" ] || sleep 0.01
    done
    if [ -z "$port" ]; then
        echo "$name did not start:" >&2
        cat "$bench/$name.err" >&2
        exit 1
    fi
}

stop() {
    kill "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

# memory PID: resident memory, and what of the heap is live after a collection.
memory() {
    rss=$(awk '/^VmRSS/ { print $2 }' "/proc/$1/status")
    # Collects all of it first, which the launcher's flags keep GC.run from.
    "$jdk/bin/jcmd" "$1" GC.class_histogram >/dev/null
    heap=$("$jdk/bin/jcmd" "$1" GC.heap_info | sed -n 's/.* used \([0-9]*\)K.*/\1/p' | head -n 1)
    printf '%d MB resident, %d MB live on the heap' $((rss / 1024)) $((heap / 1024))
}
