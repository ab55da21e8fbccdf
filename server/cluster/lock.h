/* Lock files (flock): held by processes, released by the kernel when they end, however they end. */
#ifndef GLOSS_CLUSTER_LOCK_H
#define GLOSS_CLUSTER_LOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Opens (and makes) the lock file; -1 and errno on failure. Closing it releases the lock. */
int lock_open(const char *path);

/* Waits until monotonic deadline_ms; a deadline in the past asks once. False: somebody has it. */
bool lock_exclusive(int lock, int64_t deadline_ms);
bool lock_shared(int lock, int64_t deadline_ms);
void lock_release(int lock);

/* Whoever holds a lock for long leaves its pid in the file; 0 when there is none. */
void lock_sign(int lock);
pid_t lock_signer(int lock);

#endif
