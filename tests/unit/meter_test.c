#include "test.h"

#include "base/meter.h"

static uint64_t all(const struct histogram *histogram)
{
    uint64_t count = 0;

    for (size_t i = 0; i <= HISTOGRAM_BOUNDS; i++)
        count += counter_get(&histogram->counts[i]);
    return count;
}

TEST("a time goes into the first bucket whose bound it does not pass")
{
    static const struct {
        int64_t us;
        size_t bucket;
    } rows[] = { { 0, 0 }, { 250, 0 }, { 251, 1 }, { 1000, 2 }, { 10000000, HISTOGRAM_BOUNDS - 1 },
        { 10000001, HISTOGRAM_BOUNDS }, { INT64_MAX / 4, HISTOGRAM_BOUNDS } };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct histogram histogram = { 0 };
        histogram_add(&histogram, rows[i].us);
        CHECK_INT(counter_get(&histogram.counts[rows[i].bucket]), 1);
        CHECK_INT(all(&histogram), 1);
        CHECK_INT(counter_get(&histogram.sum_us), rows[i].us);
    }
}

TEST("a clock that went back adds no time")
{
    struct histogram histogram = { 0 };

    histogram_add(&histogram, -5);
    CHECK_INT(counter_get(&histogram.counts[0]), 1);
    CHECK_INT(counter_get(&histogram.sum_us), 0);
}

TEST("bounds and statuses rise")
{
    for (size_t i = 1; i < HISTOGRAM_BOUNDS; i++)
        CHECK(histogram_bounds_us[i] > histogram_bounds_us[i - 1]);
    for (size_t i = 1; i < METER_STATUSES; i++)
        CHECK(meter_statuses[i] > meter_statuses[i - 1]);
}

TEST("a status that nobody thought of is counted under the last one")
{
    struct meters *meters = meters_new(2, 3);
    struct route_meter *route = &meters->workers[1]->routes[3];

    route_meter_add(route, 404, 10);
    route_meter_add(route, 418, 10);
    route_meter_add(route, 0, 10);
    CHECK_INT(counter_get(&route->by_status[METER_STATUSES]), 2);
    CHECK_INT(all(&route->handling), 3);
    CHECK_INT(all(&meters->workers[0]->routes[3].handling), 0);
    meters_free(meters);
}

TEST("the process has memory, files and a thread")
{
    struct process_meter meter = { 0 };

    process_meter_look(&meter);
    CHECK(counter_get(&meter.resident_bytes) > 100000);
    CHECK(counter_get(&meter.virtual_bytes) >= counter_get(&meter.resident_bytes));
    CHECK(counter_get(&meter.open_fds) >= 3);
    CHECK(counter_get(&meter.max_fds) > counter_get(&meter.open_fds));
    CHECK_INT(counter_get(&meter.threads), 1);
}
