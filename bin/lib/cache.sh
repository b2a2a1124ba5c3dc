# shellcheck shell=sh
# The JVM's part of a fast start: a runtime image, in which compiled guest code and the JVM's start-up cache go
# together, and that cache. Sourced by bin/wshd.

# The compiler is a module of the JDK that the jars of target/compiler replace. --upgrade-module-path does that, but
# then the JVM refuses its start-up cache. In an image without the JDK's own (empty) module the jars are ordinary
# modules and the cache works: seen on two cores, the first Python context in 3.0 s instead of 6.2 s.
image_modules=java.se,jdk.attach,jdk.charsets,jdk.crypto.cryptoki,jdk.crypto.ec,jdk.dynalink,jdk.httpserver
image_modules=$image_modules,jdk.internal.vm.ci,jdk.jcmd,jdk.jdwp.agent,jdk.jfr,jdk.localedata,jdk.management
image_modules=$image_modules,jdk.management.agent,jdk.management.jfr,jdk.naming.dns,jdk.net,jdk.nio.mapmode
image_modules=$image_modules,jdk.security.auth,jdk.unsupported,jdk.xml.dom,jdk.zipfs

# Threads that serve clients go before those that run scripts (priority 4 for low, 1 for lowest) and the JVM's compilers
# (Truffle's have 10). Any user may lower a thread's priority, and here the JVM does not warn that none may raise it. The
# numbers are nice values of Linux; elsewhere the JVM takes them for something else.
image_options=
if [ "$(uname -s)" = Linux ]; then
    image_options='-XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=3 -XX:JavaPriority1_To_OSPriority=10'
    image_options="$image_options -XX:JavaPriority4_To_OSPriority=3 -XX:JavaPriority10_To_OSPriority=3"
    for priority in 6 7 8 9; do
        image_options="$image_options -XX:JavaPriority${priority}_To_OSPriority=0"
    done
fi

# Makes the image of $jdk unless it is there; fails when this JDK cannot (some distributions' jlink refuses).
make_image() {
    image=$target/jdk
    image_key="$jdk $jdk_version $image_modules $image_options"
    if [ "$(cat "$image.key" 2>/dev/null)" = "$image_key" ]; then
        [ -x "$image/bin/java" ]
        return
    fi
    [ -x "$jdk/bin/jlink" ] || return 1
    lock
    if [ "$(cat "$image.key" 2>/dev/null)" != "$image_key" ]; then
        rm -rf "$image" "$image.new" "$image.key"
        "$jdk/bin/jlink" --add-modules "$image_modules" ${image_options:+--add-options="$image_options"} \
            --strip-debug --no-header-files --no-man-pages --output "$image.new" >"$target/jlink.log" 2>&1 &&
            mv "$image.new" "$image"
        # Also after a failure, or each start would try again.
        printf '%s\n' "$image_key" >"$image.key"
    fi
    unlock
    [ -x "$image/bin/java" ]
}

# Makes the cache of this mode unless there is one or the last try failed.
make_cache() {
    is_cached && return 0
    lock
    is_cached || train
    unlock
}

# Whether a cache was made, or tried, since the last build (bin/check makes jars as well) with this JDK and these flags.
# Sets cache.
is_cached() {
    cache=$target/jit-$jit.aot
    cache_key="$java $jdk_version $compiler $memory ${WSHD_JAVA_OPTS:-} $classpath"
    [ -f "$cache.key" ] && [ -z "$(find "$target/wshd.stamp" "$target"/gateway-*.jar -newer "$cache.key")" ] &&
        [ "$(cat "$cache.key")" = "$cache_key" ]
}

# Starts the gateway once so that it exercises itself and exits (wshd.train), and lets the JVM record what it loaded.
train() {
    say "preparing the start-up cache (once after a build, about 30 s)"
    rm -f "$cache" "$cache.key" "$cache.new"
    jvm -XX:AOTCacheOutput="$cache.new" -Dwshd.train=true "$main" >"$target/train.log" 2>&1 </dev/null &
    child=$!
    seconds=0
    while kill -0 "$child" 2>/dev/null; do
        if [ "$seconds" -ge 240 ]; then
            kill "$child"
            break
        fi
        sleep 1
        seconds=$((seconds + 1))
    done
    if wait "$child" && [ -s "$cache.new" ]; then
        mv "$cache.new" "$cache"
    else
        say "no start-up cache could be made; starting without one, which takes longer. The log is in $target/train.log"
        rm -f "$cache.new"
    fi
    child=
    # Also after a failure: the next try is after the next build.
    printf '%s\n' "$cache_key" >"$cache.key"
}
