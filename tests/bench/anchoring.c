/* Carries the quotes of a folder of cases over, with the server's own engine:
 *
 *   anchoring FOLDER OUT
 *
 * FOLDER/cases.jsonl has a case on each line: id, from_text and to_text (names of files in
 * FOLDER/texts, without .txt, taken byte for byte), start and end in characters of the first. OUT
 * becomes a line for each: {"id", "start", "end", "confidence", "state"} or {"id", "orphan": true,
 * …}. Prints the CPU time, that of the alignments alone too. */
#include "anchoring/carry.h"
#include "base/buffer.h"
#include "base/utf8.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct sample {
    json_t *json;
    const char *from, *to;
    size_t number;
    struct range range;
    struct carried carried;
};

static struct sample *samples;
static size_t sample_count;
static double align_ms, carry_ms;
static size_t alignments;

static _Noreturn void stop(const char *what, const char *which)
{
    fprintf(stderr, "anchoring: %s: %s\n", what, which);
    exit(1);
}

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void read_cases(const char *folder)
{
    char path[4096], *line = NULL;
    size_t room = 0, cases_room = 0;

    snprintf(path, sizeof path, "%s/cases.jsonl", folder);
    FILE *in = fopen(path, "re");
    if (!in)
        stop("cannot read", path);
    while (getline(&line, &room, in) > 0) {
        json_t *json = json_loads(line, 0, NULL);
        json_int_t start, end;
        const char *id, *from, *to;
        if (json_unpack(json, "{s:s, s:s, s:s, s:I, s:I}", "id", &id, "from_text", &from, "to_text",
                &to, "start", &start, "end", &end) != 0)
            stop("no case", line);
        if (sample_count == cases_room) {
            cases_room = cases_room ? cases_room * 2 : 1024;
            samples = mem_grow(samples, cases_room * sizeof *samples);
        }
        samples[sample_count] = (struct sample){ .json = json,
            .from = from,
            .to = to,
            .number = sample_count,
            .range = { (size_t)start, (size_t)end } };
        sample_count++;
    }
    free(line);
    fclose(in);
}

static struct text_index *read_text(const char *folder, const char *name)
{
    char path[4096], piece[65536];
    struct buffer text = { 0 };
    size_t bytes;

    snprintf(path, sizeof path, "%s/texts/%s.txt", folder, name);
    FILE *in = fopen(path, "re");
    if (!in)
        stop("cannot read", path);
    while ((bytes = fread(piece, 1, sizeof piece, in)) > 0)
        buffer_put(&text, (struct str){ piece, bytes });
    fclose(in);
    if (!utf8_valid(buffer_text(&text)))
        stop("is no UTF-8", path);
    struct text_index *index = text_index_new(buffer_text(&text));
    buffer_drop(&text);
    return index;
}

static int by_texts(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;
    int order = strcmp(a->from, b->from);
    if (order == 0)
        order = strcmp(a->to, b->to);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

static int by_number(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;
    return (a->number > b->number) - (a->number < b->number);
}

/* Cases of one pair of texts. */
static void carry_pair(const char *folder, struct sample *first, size_t count)
{
    struct range *ranges = mem_alloc(count * sizeof *ranges);
    struct carried *carried = mem_zero(count, sizeof *carried);
    struct text_index *from = read_text(folder, first->from), *to = read_text(folder, first->to);

    for (size_t i = 0; i < count; i++)
        ranges[i] = first[i].range;
    double begun = cpu_ms();
    struct alignment *alignment = alignment_new(from, to);
    double aligned = cpu_ms();
    if (!carry(alignment, ranges, count, carried))
        stop("a case lies outside of", first->from);
    carry_ms += cpu_ms() - aligned;
    align_ms += aligned - begun;
    alignments++;
    for (size_t i = 0; i < count; i++)
        first[i].carried = carried[i];
    alignment_free(alignment);
    text_index_free(from);
    text_index_free(to);
    free(ranges);
    free(carried);
}

static void write_predictions(const char *path)
{
    static const char *const names[] = { "exact", "moved", "changed", "ambiguous", "gone" };
    FILE *out = fopen(path, "we");

    if (!out)
        stop("cannot write", path);
    for (size_t i = 0; i < sample_count; i++) {
        const struct carried *carried = &samples[i].carried;
        const char *id = json_string_value(json_object_get(samples[i].json, "id"));
        fprintf(out, "{\"id\": \"%s\", \"state\": \"%s\", \"confidence\": %.4f, ", id,
            names[carried->state], carried->score);
        if (carried->state == ANCHOR_GONE)
            fprintf(out, "\"orphan\": true}\n");
        else
            fprintf(out, "\"start\": %zu, \"end\": %zu}\n", carried->range.start_chars,
                carried->range.end_chars);
    }
    if (fclose(out) != 0)
        stop("cannot write", path);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        stop("usage", "anchoring FOLDER OUT");
    read_cases(argv[1]);
    qsort(samples, sample_count, sizeof *samples, by_texts);
    for (size_t i = 0, end; i < sample_count; i = end) {
        for (end = i + 1; end < sample_count; end++)
            if (strcmp(samples[end].from, samples[i].from) != 0 ||
                strcmp(samples[end].to, samples[i].to) != 0)
                break;
        carry_pair(argv[1], samples + i, end - i);
    }
    qsort(samples, sample_count, sizeof *samples, by_number);
    write_predictions(argv[2]);
    printf("%zu annotations, %zu pairs of texts\n", sample_count, alignments);
    printf("%.1f ms CPU per 1,000 annotations, alignments included\n",
        (align_ms + carry_ms) * 1e3 / (double)sample_count);
    printf("%.1f ms CPU per 1,000 alignments\n", align_ms * 1e3 / (double)alignments);
    for (size_t i = 0; i < sample_count; i++)
        json_decref(samples[i].json);
    free(samples);
    return 0;
}
