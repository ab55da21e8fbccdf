/* The stored corpus of a target as a unit test. */
#include "fuzz.h"

#include "base/buffer.h"
#include "test.h"

#include <dirent.h>

static char path[512];

void fuzz_broken(const char *file, int line, const char *format, ...)
{
    char what[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    test_failed(file, line, "%s: %s", path, what);
}

static void replay(void)
{
    struct buffer content = { 0 };
    char piece[4096];
    size_t bytes;
    FILE *in = fopen(path, "re");

    if (!in)
        FAIL("cannot read %s", path);
    while ((bytes = fread(piece, 1, sizeof piece, in)) > 0)
        buffer_put(&content, (struct str){ piece, bytes });
    fclose(in);
    /* of the very size, so that a sanitizer sees a read past the end */
    uint8_t *data = mem_alloc(content.bytes + (content.bytes == 0));
    if (content.bytes > 0)
        memcpy(data, content.at, content.bytes);
    fprintf(stderr, "# %s\n", path); /* the last one named is the one that crashes */
    LLVMFuzzerTestOneInput(data, content.bytes);
    free(data);
    buffer_drop(&content);
}

TEST("nothing in the stored corpus breaks a promise")
{
    char folder[256];
    size_t count = 0;

    snprintf(folder, sizeof folder, "tests/fuzz/corpus/%s", fuzz_target);
    DIR *dir = opendir(folder);
    if (!dir)
        FAIL("there is no %s here", folder);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        replay();
        count++;
    }
    closedir(dir);
    CHECK(count > 0);
}
