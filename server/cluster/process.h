/* Other programs: PostgreSQL's, and useradd. They get a clean environment (none of PG*, GLOSS_* or
 * locale variables), default signals, no descriptor of ours and the given folder. */
#ifndef GLOSS_CLUSTER_PROCESS_H
#define GLOSS_CLUSTER_PROCESS_H

#include "base/arena.h"
#include "base/str.h"

#include <sys/types.h>

/* Starts it in a session of its own, so that Ctrl-C in our terminal does not reach it. Its output
 * is appended to the file `log`, or shows on our stderr (NULL). Returns its pid, or -1 and errno.
 */
pid_t process_start(const char *const *argv, const char *folder, const char *log);

/* Runs it to its end; its exit status, or -1 when it could not be started or was killed. */
int process_run(const char *const *argv, const char *folder, const char *log);

/* What it prints on stdout, STR_NONE when it fails. */
struct str process_output(struct arena *arena, const char *const *argv);

#endif
