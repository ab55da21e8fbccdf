#include "base/clock.h"

#include <string.h>
#include <time.h>

int64_t clock_monotonic_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void put_digits(char *at, int value, int count)
{
    for (int i = count - 1; i >= 0; i--, value /= 10)
        at[i] = (char)('0' + value % 10);
}

void time_format(int64_t us, char out[TIME_TEXT_BYTES + 1])
{
    int64_t seconds = us / 1000000, fraction = us % 1000000;
    if (fraction < 0) {
        fraction += 1000000;
        seconds--;
    }
    time_t when = (time_t)seconds;
    struct tm utc;
    gmtime_r(&when, &utc);
    memcpy(out, "0000-00-00T00:00:00.000000Z", TIME_TEXT_BYTES + 1);
    put_digits(out, utc.tm_year + 1900, 4);
    put_digits(out + 5, utc.tm_mon + 1, 2);
    put_digits(out + 8, utc.tm_mday, 2);
    put_digits(out + 11, utc.tm_hour, 2);
    put_digits(out + 14, utc.tm_min, 2);
    put_digits(out + 17, utc.tm_sec, 2);
    put_digits(out + 20, (int)fraction, 6);
}

static bool digits(struct str text, size_t from, size_t count, int *out)
{
    int value = 0;
    if (from + count > text.bytes)
        return false;
    for (size_t i = from; i < from + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9')
            return false;
        value = value * 10 + (text.at[i] - '0');
    }
    *out = value;
    return true;
}

static bool is_char(struct str text, size_t at, const char *any)
{
    for (; at < text.bytes && *any; any++)
        if (text.at[at] == *any)
            return true;
    return false;
}

static int month_days(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* `Z` or `+hh:mm` at `at`, which must be the end of the text. */
static bool parse_zone(struct str text, size_t at, int *minutes)
{
    int hour, minute;
    if (is_char(text, at, "Zz")) {
        *minutes = 0;
        return text.bytes == at + 1;
    }
    if (!is_char(text, at, "+-") || !digits(text, at + 1, 2, &hour) ||
        !is_char(text, at + 3, ":") || !digits(text, at + 4, 2, &minute) || hour > 23 ||
        minute > 59 || text.bytes != at + 6)
        return false;
    *minutes = (hour * 60 + minute) * (text.at[at] == '-' ? -1 : 1);
    return true;
}

bool time_parse(struct str text, int64_t *us)
{
    struct tm utc = { 0 };
    int year, zone_minutes = 0, fraction = 0;
    size_t at = 10;

    if (!digits(text, 0, 4, &year) || !is_char(text, 4, "-") || !digits(text, 5, 2, &utc.tm_mon) ||
        !is_char(text, 7, "-") || !digits(text, 8, 2, &utc.tm_mday) || year < 1 || utc.tm_mon < 1 ||
        utc.tm_mon > 12 || utc.tm_mday < 1 || utc.tm_mday > month_days(year, utc.tm_mon))
        return false;
    utc.tm_year = year - 1900;
    utc.tm_mon -= 1;
    if (text.bytes > 10) {
        if (!is_char(text, 10, "Tt ") || !digits(text, 11, 2, &utc.tm_hour) ||
            !is_char(text, 13, ":") || !digits(text, 14, 2, &utc.tm_min) ||
            !is_char(text, 16, ":") || !digits(text, 17, 2, &utc.tm_sec) || utc.tm_hour > 23 ||
            utc.tm_min > 59 || utc.tm_sec > 60)
            return false;
        at = 19;
        if (is_char(text, at, ".")) {
            int place = 0, digit;
            for (at++; place < 9 && digits(text, at, 1, &digit); at++, place++)
                fraction = place < 6 ? fraction * 10 + digit : fraction;
            if (place == 0)
                return false;
            for (; place < 6; place++)
                fraction *= 10;
        }
        if (!parse_zone(text, at, &zone_minutes))
            return false;
    }
    int64_t when = ((int64_t)timegm(&utc) - zone_minutes * 60) * 1000000 + fraction;
    if (when < TIME_FIRST_US || when > TIME_LAST_US)
        return false; /* by its offset, or a leap second */
    *us = when;
    return true;
}
