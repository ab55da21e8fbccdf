#include "base/meter.h"

#include "base/arena.h"
#include "base/clock.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

const int64_t histogram_bounds_us[HISTOGRAM_BOUNDS] = { 250, 500, 1000, 2500, 5000, 10000, 25000,
    50000, 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000 };

const int meter_statuses[METER_STATUSES] = { 200, 201, 202, 204, 206, 207, 301, 302, 303, 304, 307,
    400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 414, 415, 416, 422, 423, 428, 429, 500, 501,
    503, 507 };

void histogram_add(struct histogram *histogram, int64_t us)
{
    size_t bucket = 0;

    while (bucket < HISTOGRAM_BOUNDS && us > histogram_bounds_us[bucket])
        bucket++;
    counter_add(&histogram->counts[bucket], 1);
    counter_add(&histogram->sum_us, us > 0 ? (uint64_t)us : 0);
}

void route_meter_add(struct route_meter *route, int status, int64_t us)
{
    size_t at = 0;

    while (at < METER_STATUSES && meter_statuses[at] != status)
        at++;
    counter_add(&route->by_status[at], 1);
    histogram_add(&route->handling, us);
}

struct meters *meters_new(size_t workers, size_t route_count)
{
    struct meters *meters = mem_zero(1, sizeof *meters + workers * sizeof(struct meter *));

    meters->started_us = clock_wall_us();
    meters->count = workers;
    for (size_t i = 0; i < workers; i++) {
        meters->workers[i] =
            mem_zero(1, sizeof(struct meter) + (route_count + 1) * sizeof(struct route_meter));
        meters->workers[i]->route_count = route_count;
    }
    return meters;
}

void meters_free(struct meters *meters)
{
    for (size_t i = 0; i < meters->count; i++)
        free(meters->workers[i]);
    free(meters);
}

/* -- /proc ------------------------------------------------------------------------------------- */

/* From the 14th field on (proc(5)); the second, a name, may hold anything but ends in a bracket. */
struct stat_fields {
    unsigned long user, system, threads, virtual_bytes, resident_pages;
};

static bool read_stat(struct stat_fields *out)
{
    char text[1024];
    FILE *in = fopen("/proc/self/stat", "re");
    size_t bytes = in ? fread(text, 1, sizeof text - 1, in) : 0;

    if (in)
        fclose(in);
    text[bytes] = '\0';
    const char *rest = strrchr(text, ')');
    return rest &&
        sscanf(rest + 1,
            " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %*d %*d %*d %*d %lu %*d %*u "
            "%lu %lu",
            &out->user, &out->system, &out->threads, &out->virtual_bytes,
            &out->resident_pages) == 5;
}

static unsigned count_fds(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    if (!folder)
        return 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 3; /* itself, and two dots */
}

void process_meter_look(struct process_meter *meter)
{
    struct stat_fields stat;
    struct rlimit limit;
    uint64_t tick_us = 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);

    if (read_stat(&stat)) {
        counter_set(&meter->cpu_us, (stat.user + stat.system) * tick_us);
        counter_set(&meter->threads, stat.threads);
        counter_set(&meter->virtual_bytes, stat.virtual_bytes);
        counter_set(&meter->resident_bytes, stat.resident_pages * (uint64_t)sysconf(_SC_PAGESIZE));
    }
    counter_set(&meter->open_fds, count_fds());
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        counter_set(&meter->max_fds, limit.rlim_cur);
}
