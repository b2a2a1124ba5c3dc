package io.wshd.files;

import io.undertow.util.MimeMappings;
import java.util.Locale;
import java.util.Map;

/**
 * The media type of a file by its name. Text types name UTF-8: without it browsers fall back to a legacy encoding, and
 * with it a page cannot be read as another one by sniffing.
 */
final class MimeTypes {

    /** What Undertow's own table lacks or has by an older name. */
    private static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("js", "text/javascript"), // RFC 9239
            Map.entry("mjs", "text/javascript"),
            Map.entry("css", "text/css"),
            Map.entry("csv", "text/csv"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("ics", "text/calendar"),
            Map.entry("md", "text/markdown"), // RFC 7763
            Map.entry("txt", "text/plain"),
            Map.entry("vtt", "text/vtt"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("webp", "image/webp"),
            Map.entry("gz", "application/gzip"),
            Map.entry("json", "application/json"),
            Map.entry("jsonld", "application/ld+json"),
            Map.entry("map", "application/json"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("wasm", "application/wasm"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("xml", "application/xml"),
            Map.entry("zip", "application/zip"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("webm", "video/webm"),
            Map.entry("opus", "audio/ogg"),
            Map.entry("flac", "audio/flac"),
            Map.entry("otf", "font/otf"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"));

    private MimeTypes() {}

    /**
     * @param name of a file, without directories
     * @return the value of a Content-Type header; {@code application/octet-stream} when the ending says nothing
     */
    static String of(String name) {
        var dot = name.lastIndexOf('.');
        var ending = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        var type = OURS.getOrDefault(ending, MimeMappings.DEFAULT.getMimeType(ending));
        if (type == null) {
            return "application/octet-stream";
        }
        return type.startsWith("text/") ? type + "; charset=utf-8" : type;
    }
}
