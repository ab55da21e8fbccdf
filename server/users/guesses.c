#include "users/guesses.h"

#include "base/arena.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define SETS 2048
#define PLACES_OF_A_SET 4
#define FREE_FAILURES 4
#define FIRST_WAIT_MS 5000
#define LONGEST_WAIT_MS (15 * 60 * 1000)
#define DAY_MS (24 * 60 * 60 * 1000)

struct guess {
    uint64_t name; /* its hash; 0: nobody */
    int64_t locked_until_ms, failed_ms;
    unsigned failures;
};

struct guesses {
    pthread_mutex_t lock;
    unsigned char key[crypto_shorthash_KEYBYTES];
    struct guess sets[SETS][PLACES_OF_A_SET];
};

struct guesses *guesses_new(void)
{
    struct guesses *guesses = mem_zero(1, sizeof *guesses);

    pthread_mutex_init(&guesses->lock, NULL);
    crypto_shorthash_keygen(guesses->key);
    return guesses;
}

void guesses_free(struct guesses *guesses)
{
    pthread_mutex_destroy(&guesses->lock);
    free(guesses);
}

static uint64_t hash(const struct guesses *guesses, struct str name)
{
    uint64_t out;
    unsigned char bytes[crypto_shorthash_BYTES];

    crypto_shorthash(bytes, (const unsigned char *)name.at, name.bytes, guesses->key);
    memcpy(&out, bytes, sizeof out);
    return out ? out : 1;
}

/* The name's place, or else the one of its set that was failed at longest ago. */
static struct guess *place_of(struct guesses *guesses, uint64_t name)
{
    struct guess *set = guesses->sets[name % SETS], *oldest = set;

    for (int i = 0; i < PLACES_OF_A_SET; i++) {
        if (set[i].name == name)
            return &set[i];
        if (set[i].failed_ms < oldest->failed_ms)
            oldest = &set[i];
    }
    return oldest;
}

int64_t guesses_locked_until(struct guesses *guesses, struct str name)
{
    uint64_t h = hash(guesses, name);

    pthread_mutex_lock(&guesses->lock);
    const struct guess *guess = place_of(guesses, h);
    int64_t until_ms = guess->name == h ? guess->locked_until_ms : 0;
    pthread_mutex_unlock(&guesses->lock);
    return until_ms;
}

static void count(struct guess *guess, int64_t now_ms)
{
    bool long_ago = guess->locked_until_ms && guess->locked_until_ms < now_ms - DAY_MS;
    int64_t wait_ms = FIRST_WAIT_MS;

    if (guess->failures >= FREE_FAILURES && !long_ago) {
        for (unsigned i = FREE_FAILURES; i < guess->failures && wait_ms < LONGEST_WAIT_MS; i++)
            wait_ms *= 2;
        guess->locked_until_ms = now_ms + (wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS);
    } else {
        guess->locked_until_ms = 0;
    }
    guess->failures = long_ago ? 1 : guess->failures + 1;
    guess->failed_ms = now_ms;
}

void guesses_fail(struct guesses *guesses, struct str name, int64_t found_ms, int64_t now_ms)
{
    uint64_t h = hash(guesses, name);

    pthread_mutex_lock(&guesses->lock);
    struct guess *guess = place_of(guesses, h);
    if (guess->name != h)
        *guess = (struct guess){ .name = h };
    if (guess->locked_until_ms <= found_ms)
        count(guess, now_ms);
    pthread_mutex_unlock(&guesses->lock);
}
