// pace: GET requests at a steady rate over loopback, each at its time whatever became of the others.
//
// Build:  cc -O2 -pthread -o pace pace.c
// Use:    pace PORT PATH SECONDS RATE CONNECTIONS
//
// RATE is requests a second of all connections together, which are kept open. Prints mean, median, 90 % and 99 % of the
// times from request to whole answer in microseconds, and the answers. Exit status 1 when a connection was lost.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 1000000, CONNECTIONS = 64 };

static int port, connections;
static const char *path;
static double seconds, rate;
static double times[MOST];
static long answers, lost;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

// Whether a whole answer has come, by its Content-Length.
static int whole(const char *data, ssize_t size) {
    const char *end = strstr(data, "\r\n\r\n"), *length = strcasestr(data, "content-length:");
    return end && size >= end + 4 - data + (length ? atol(length + 15) : 0);
}

static int ask(int fd, const char *request, size_t size, char *answer, size_t room) {
    if (write(fd, request, size) != (ssize_t)size) return 0;
    ssize_t got = 0, n;
    while ((n = read(fd, answer + got, room - 1 - got)) > 0) {
        answer[got += n] = 0;
        if (whole(answer, got)) return 1;
    }
    return 0;
}

static void *run(void *number) {
    char request[512], answer[1 << 16];
    int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path), one = 1;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (void *)&address, sizeof address)) {
        __sync_fetch_and_add(&lost, 1);
        return 0;
    }
    double interval = connections / rate, due = now() + (long)number / rate, end = due + seconds;
    for (; due < end; due += interval) {
        double wait = due - now(), sent;
        if (wait > 0) usleep(wait * 1e6);
        sent = now();
        if (!ask(fd, request, size, answer, sizeof answer)) {
            __sync_fetch_and_add(&lost, 1);
            break;
        }
        long at = __sync_fetch_and_add(&answers, 1);
        if (at < MOST) times[at] = now() - sent;
    }
    close(fd);
    return 0;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    if (argc != 6 || atoi(argv[5]) < 1 || atoi(argv[5]) > CONNECTIONS || atof(argv[4]) <= 0) {
        fprintf(stderr, "usage: pace port path seconds rate connections (1 to %d)\n", CONNECTIONS);
        return 2;
    }
    port = atoi(argv[1]), path = argv[2], seconds = atof(argv[3]), rate = atof(argv[4]), connections = atoi(argv[5]);
    pthread_t threads[CONNECTIONS];
    for (long i = 0; i < connections; i++) pthread_create(&threads[i], 0, run, (void *)i);
    for (int i = 0; i < connections; i++) pthread_join(threads[i], 0);
    long n = answers < MOST ? answers : MOST;
    double sum = 0;
    for (long i = 0; i < n; i++) sum += times[i];
    qsort(times, n, sizeof *times, compare);
    if (n)
        printf("%.0f %.0f %.0f %.0f %ld\n", sum / n * 1e6, times[n / 2] * 1e6, times[n * 9 / 10] * 1e6, times[n * 99 / 100] * 1e6, n);
    return n == 0 || lost;
}
