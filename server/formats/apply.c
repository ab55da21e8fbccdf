#include "formats/apply.h"

#include "base/buffer.h"
#include "base/utf8.h"
#include "formats/charset.h"
#include "formats/markdown.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* Each try renders the text anew. */
#define WORK_MAX_BYTES (96u << 20)

/* Ways to write words in Markdown, the plainest first; the first that reads as it should is taken.
 */
enum style {
    AS_THEY_ARE,
    WITH_ITS_MARKS, /* taken out with the emphasis or the link that is around them alone */
    WITH_ITS_BLOCK, /* likewise, where they are all of a block */
    ESCAPED,
    IN_PARAGRAPHS, /* escaped; every line is a paragraph */
    REFERENCES,    /* whatever could be a sign is a character reference */
    STYLES
};

/* One replacement as it is done: `text` for a range of the middle text (the source, decoded), which
 * makes `reads` of a range of the canonical one. */
struct piece {
    size_t from, to;
    struct str text;
    size_t reads_from, reads_to;
    struct str reads;
};

struct job {
    struct arena *arena;
    enum text_format format;
    struct str canonical, middle;
    struct map_runs runs; /* canonical text to middle text */
    struct replacement *replacements;
    struct piece *asked; /* where each one's words stand */
    struct piece *done;
    struct str *words;
    size_t count, work;
    uint64_t shape; /* of the text with what is done so far */
};

/* -- where they stand -------------------------------------------------------------------------- */

/* As a text would be decoded. */
static struct str clean(struct arena *arena, struct str words)
{
    struct buffer out = { 0 };

    for (size_t at = 0; at < words.bytes;) {
        uint32_t c = utf8_next(words, &at);
        if (c == '\r' && at < words.bytes && words.at[at] == '\n')
            continue;
        if (c == '\r')
            c = '\n';
        if (c != 0xFEFF && (c >= 0x20 || c == '\t' || c == '\n'))
            buffer_put_utf8(&out, c);
    }
    return buffer_finish(&out, arena);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What may stand between words that are one stretch for their readers: what begins the lines of a
 * list or a quote, and the backslash before a sign. */
static bool is_harmless(struct str middle, size_t from, size_t to)
{
    if (to - from == 1 && middle.at[from] == '\\')
        return to < middle.bytes && ispunct((unsigned char)middle.at[to]);
    bool begins_line = from > 0 && middle.at[from - 1] == '\n';
    for (size_t i = from; i < to; i++) {
        if (middle.at[i] == '\n')
            begins_line = true;
        else if (!is_blank(middle.at[i]) && !(begins_line && middle.at[i] == '>'))
            return false;
    }
    return begins_line;
}

static size_t run_at(const struct map_runs *runs, size_t at)
{
    size_t low = 0, high = runs->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct map_run *run = &runs->at[middle];
        if (run->text_at + run->count * run->text_unit <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A backslash before the first sign belongs to it. */
static void take_backslash(const struct job *job, size_t first_run, struct piece *piece)
{
    size_t at = piece->from;
    const struct map_run *run = &job->runs.at[first_run];

    if (at == 0 || job->middle.at[at - 1] != '\\' || !ispunct((unsigned char)job->middle.at[at]))
        return;
    if (piece->reads_from > run->text_at)
        return; /* it is text itself */
    if (first_run > 0) {
        const struct map_run *before = run - 1;
        if (before->source_at + before->count * before->source_unit == at)
            return;
    }
    piece->from--;
}

/* False: they are no one stretch of the middle text. */
static bool find(const struct job *job, const struct replacement *it, struct piece *out)
{
    size_t i = run_at(&job->runs, it->from_bytes), first = i, reached = it->from_bytes;

    *out = (struct piece){ .reads_from = it->from_bytes, .reads_to = it->to_bytes };
    for (; reached < it->to_bytes; i++) {
        if (i == job->runs.count || job->runs.at[i].text_at > reached)
            return false;
        const struct map_run *run = &job->runs.at[i];
        size_t ends = run->text_at + run->count * run->text_unit;
        size_t end = ends < it->to_bytes ? ends : it->to_bytes;
        size_t skipped = reached - run->text_at;
        if (skipped % run->text_unit || (end - run->text_at) % run->text_unit)
            return false; /* a part of a character reference */
        size_t from = run->source_at + skipped / run->text_unit * run->source_unit;
        if (i == first)
            out->from = from;
        else if (from < out->to || (from > out->to && !is_harmless(job->middle, out->to, from)))
            return false;
        out->to = run->source_at + (end - run->text_at) / run->text_unit * run->source_unit;
        reached = end;
    }
    take_backslash(job, first, out);
    return true;
}

/* -- writing Markdown -------------------------------------------------------------------------- */

static size_t line_start(struct str text, size_t at)
{
    while (at > 0 && text.at[at - 1] != '\n')
        at--;
    return at;
}

static size_t line_end(struct str text, size_t at)
{
    const char *end = at < text.bytes ? memchr(text.at + at, '\n', text.bytes - at) : NULL;
    return end ? (size_t)(end - text.at) : text.bytes;
}

/* What a further line of the same block begins with: the indent, and the marks of quotes. */
static struct str prefix_at(struct str middle, size_t at)
{
    size_t from = line_start(middle, at), to = from;

    while (to < at && (is_blank(middle.at[to]) || middle.at[to] == '>'))
        to++;
    return str_slice(middle, from, to);
}

static void put_new_line(struct buffer *out, struct str prefix)
{
    buffer_put_char(out, '\n');
    buffer_put(out, prefix);
}

static bool is_word(struct str words, size_t at)
{
    unsigned char c = at < words.bytes ? (unsigned char)words.at[at] : ' ';
    return isalnum(c) || c >= 0x80;
}

/* Is the byte at `at` a sign that Markdown would take for its own? `begins`: of a line. */
static bool is_sign(struct str words, size_t at, bool begins)
{
    char c = words.at[at];

    if (c == '_')
        return at == 0 || !is_word(words, at - 1) || !is_word(words, at + 1);
    if (c == '&')
        return is_word(words, at + 1) || (at + 1 < words.bytes && words.at[at + 1] == '#');
    if ((c == '.' || c == ')') && at > 0 && isdigit((unsigned char)words.at[at - 1])) {
        while (at > 0 && isdigit((unsigned char)words.at[at - 1]))
            at--;
        return at == 0 || words.at[at - 1] == '\n';
    }
    return c && (strchr("\\`*[]<~|", c) || (begins && strchr("#>+-=:", c)));
}

static void put_reference(struct buffer *out, uint32_t c)
{
    buffer_put_cstr(out, "&#");
    buffer_put_number(out, c);
    buffer_put_char(out, ';');
}

/* Could this character be read as anything but itself, where it stands? */
static bool is_plain(uint32_t c, bool at_edge)
{
    return c >= 0x80 || isalpha((int)c) || (!at_edge && (isdigit((int)c) || c == ' ' || c == ','));
}

static struct str write_words(
    struct arena *arena, struct str words, enum style style, struct str prefix)
{
    struct buffer out = { 0 };
    bool begins = true;

    for (size_t at = 0; at < words.bytes;) {
        size_t here = at;
        uint32_t c = utf8_next(words, &at);
        if (c == '\n') {
            if (style == ESCAPED || style == REFERENCES)
                buffer_put_char(&out, '\\');
            if (style == IN_PARAGRAPHS)
                put_new_line(&out, prefix);
            put_new_line(&out, prefix);
        } else if (style == REFERENCES) {
            bool ends = at == words.bytes || words.at[at] == '\n';
            if (is_plain(c, begins || ends))
                buffer_put_utf8(&out, c);
            else
                put_reference(&out, c);
        } else {
            if (style != AS_THEY_ARE && c < 0x80 && is_sign(words, here, begins))
                buffer_put_char(&out, '\\');
            buffer_put_utf8(&out, c);
        }
        begins = c == '\n';
    }
    return buffer_finish(&out, arena);
}

/* Lines as Markdown can say them: without empty ones, and without blanks at their ends. At the edge
 * of a block there are none to begin or to end with. */
static struct str write_lines(struct arena *arena, struct str words, bool starts, bool ends)
{
    struct buffer out = { 0 };

    for (size_t at = 0; at < words.bytes;) {
        size_t end = at;
        while (end < words.bytes && (is_blank(words.at[end]) || words.at[end] == '\n'))
            end++;
        bool is_break = memchr(words.at + at, '\n', end - at) != NULL;
        if (is_break && !(at == 0 && starts) && !(end == words.bytes && ends))
            buffer_put_char(&out, '\n');
        else if (!is_break)
            buffer_put(&out, str_slice(words, at, end));
        at = end;
        while (end < words.bytes && !is_blank(words.at[end]) && words.at[end] != '\n')
            end++;
        buffer_put(&out, str_slice(words, at, end));
        at = end;
    }
    return buffer_finish(&out, arena);
}

/* -- taking out -------------------------------------------------------------------------------- */

static bool ends_block(struct str canonical, size_t at)
{
    return at == canonical.bytes || canonical.at[at] == '\n' || canonical.at[at] == '\t';
}

static bool starts_block(struct str canonical, size_t at)
{
    return at == 0 || canonical.at[at - 1] == '\n' || canonical.at[at - 1] == '\t';
}

/* The end of a link's address that begins at `at`, behind its words; 0: there is none. */
static size_t address_end(struct str middle, size_t at)
{
    if (at + 1 >= middle.bytes || middle.at[at] != ']' ||
        (middle.at[at + 1] != '(' && middle.at[at + 1] != '['))
        return 0;
    char close = middle.at[at + 1] == '(' ? ')' : ']';
    for (size_t i = at + 2; i < middle.bytes && middle.at[i] != '\n'; i++)
        if (middle.at[i] == close)
            return i + 1;
    return 0;
}

/* Takes the marks along that have nothing else between them. */
static bool widen_to_marks(struct str middle, struct piece *piece)
{
    bool widened = false;

    while (piece->from > 0 && piece->to < middle.bytes) {
        char before = middle.at[piece->from - 1], after = middle.at[piece->to];
        size_t end = before == '[' ? address_end(middle, piece->to) : 0;
        if (before == after && memchr("*_~`", before, 4))
            end = piece->to + 1;
        if (end == 0)
            break;
        piece->from--;
        piece->to = end;
        widened = true;
    }
    return widened;
}

/* The line that the words stood on goes too if nothing is left of it but what made it a block. */
static void widen_to_lines(struct str middle, struct piece *piece)
{
    size_t from = line_start(middle, piece->from), to = line_end(middle, piece->to);

    for (size_t i = from; i < to; i++) {
        if (i == piece->from)
            i = piece->to;
        if (i < to && !memchr(" \t>#*+-0123456789.)", middle.at[i], 20))
            return;
    }
    piece->from = from;
    piece->to = to < middle.bytes ? to + 1 : to;
}

/* A block that is gone has no separator. */
static void widen_reading(struct str canonical, struct piece *piece)
{
    size_t from = piece->reads_from, to = piece->reads_to;
    bool takes_before = from > 0 &&
        (to == canonical.bytes || (canonical.at[to] == '\n' && canonical.at[from - 1] == '\t'));

    if (takes_before)
        piece->reads_from--;
    else if (to < canonical.bytes)
        piece->reads_to++;
}

static bool take_out(const struct job *job, size_t i, enum style style, struct piece *piece)
{
    bool widened = widen_to_marks(job->middle, piece);

    piece->text = piece->reads = STR("");
    if (style == AS_THEY_ARE) {
        piece->from = job->asked[i].from;
        piece->to = job->asked[i].to;
        return true;
    }
    if (style == WITH_ITS_MARKS)
        return widened;
    if (style != WITH_ITS_BLOCK || !starts_block(job->canonical, piece->reads_from) ||
        !ends_block(job->canonical, piece->reads_to))
        return false;
    widen_reading(job->canonical, piece);
    widen_to_lines(job->middle, piece);
    return true;
}

/* -- trying ------------------------------------------------------------------------------------ */

/* One replacement in one style; false: it is none for it. */
static bool write_piece(const struct job *job, size_t i, enum style style, struct piece *piece)
{
    struct str words = job->words[i];
    bool is_lines = memchr(words.at, '\n', words.bytes) != NULL;

    *piece = job->asked[i];
    if (words.bytes == 0)
        return take_out(job, i, style, piece);
    if (style == WITH_ITS_MARKS || style == WITH_ITS_BLOCK || (style == IN_PARAGRAPHS && !is_lines))
        return false;
    piece->reads = words;
    if (style != AS_THEY_ARE)
        piece->reads =
            write_lines(job->arena, words, starts_block(job->canonical, piece->reads_from),
                ends_block(job->canonical, piece->reads_to));
    piece->text = write_words(job->arena, piece->reads, style, prefix_at(job->middle, piece->from));
    return true;
}

/* `text` with the pieces from `first` on done, in it or in how it reads. */
static void splice(struct buffer *out, const struct job *job, size_t first, bool reads)
{
    struct str text = reads ? job->canonical : job->middle;
    size_t at = 0;

    for (size_t i = first; i < job->count; i++) {
        const struct piece *it = &job->done[i];
        buffer_put(out, str_slice(text, at, reads ? it->reads_from : it->from));
        buffer_put(out, reads ? it->reads : it->text);
        at = reads ? it->reads_to : it->to;
    }
    buffer_put(out, str_slice(text, at, text.bytes));
}

/* What is marked up how, as a number: the tags of its HTML but for paragraphs, line breaks and
 * links, which plain words may bring along. */
static uint64_t shape_of(struct str html)
{
    static const char *const passed[] = { "p", "/p", "br", "a", "/a" };
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t at = str_find(html, STR("<"), 0); at != SIZE_MAX;) {
        size_t end = ++at;
        while (end < html.bytes && html.at[end] != ' ' && html.at[end] != '>')
            end++;
        struct str name = str_slice(html, at, end);
        bool counts = true;
        for (size_t i = 0; i < sizeof passed / sizeof *passed; i++)
            counts = counts && !str_eq(name, str_from(passed[i]));
        for (size_t i = 0; counts && i <= name.bytes; i++)
            hash = (hash ^ (unsigned char)(i < name.bytes ? name.at[i] : '>')) * 0x100000001b3u;
        const char *next = memchr(html.at + end, '<', html.bytes - end);
        at = next ? (size_t)(next - html.at) : SIZE_MAX;
    }
    return hash;
}

/* Does the text with the pieces from `first` on read as it should? Words bring no markup along. */
static bool reads_right(struct job *job, size_t first, bool takes_out)
{
    struct buffer middle = { 0 }, canonical = { 0 };
    struct markdown md = { 0 };

    splice(&middle, job, first, false);
    splice(&canonical, job, first, true);
    markdown_render(buffer_text(&middle), MARKDOWN_TEXT, &md);
    uint64_t shape = shape_of(buffer_text(&md.html));
    bool right = str_eq(buffer_text(&md.canonical), buffer_text(&canonical)) &&
        (takes_out || shape == job->shape);
    if (right)
        job->shape = shape;
    job->work += middle.bytes;
    markdown_drop(&md);
    buffer_drop(&middle);
    buffer_drop(&canonical);
    return right;
}

/* Does it leave those that come after it alone? */
static bool is_apart(const struct job *job, size_t i)
{
    return i + 1 == job->count || job->done[i].to <= job->done[i + 1].from;
}

static bool try_all(struct job *job, enum style style)
{
    for (size_t i = job->count; i-- > 0;)
        if (!write_piece(job, i, style, &job->done[i]) || !is_apart(job, i))
            return false;
    return reads_right(job, 0, false);
}

static bool try_one(struct job *job, size_t i)
{
    /* the marks first: an emphasis of nothing reads as nothing, and is there */
    static const enum style order[] = { WITH_ITS_MARKS, AS_THEY_ARE, WITH_ITS_BLOCK, ESCAPED,
        IN_PARAGRAPHS, REFERENCES };

    for (size_t style = 0; style < STYLES && job->work < WORK_MAX_BYTES; style++)
        if (write_piece(job, i, order[style], &job->done[i]) && is_apart(job, i) &&
            reads_right(job, i, order[style] == WITH_ITS_MARKS || order[style] == WITH_ITS_BLOCK))
            return true;
    return false;
}

static bool takes_out(const struct job *job)
{
    for (size_t i = 0; i < job->count; i++)
        if (job->words[i].bytes == 0)
            return true;
    return false;
}

/* Together, if that goes; else one after the other from the last, so that the places of those
 * before it stay what they are. */
static enum apply_fault write_markdown(struct job *job, size_t *faulty)
{
    if (!takes_out(job) && job->count > 1 && (try_all(job, AS_THEY_ARE) || try_all(job, ESCAPED)))
        return APPLY_OK;
    for (size_t i = job->count; i-- > 0;) {
        if (try_one(job, i))
            continue;
        *faulty = i;
        return job->work < WORK_MAX_BYTES ? APPLY_READS_OTHERWISE : APPLY_TOO_MUCH;
    }
    return APPLY_OK;
}

static void write_plain(struct job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        job->done[i] = job->asked[i];
        job->done[i].text = job->done[i].reads = job->words[i];
    }
}

/* -- back to bytes ----------------------------------------------------------------------------- */

/* Lines end as they did. */
static struct str with_line_ends(struct arena *arena, struct str text, bool crlf)
{
    struct buffer out = { 0 };

    if (!crlf)
        return text;
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.at[i] == '\n')
            buffer_put_char(&out, '\r');
        buffer_put_char(&out, text.at[i]);
    }
    return buffer_finish(&out, arena);
}

static bool has_crlf(struct arena *arena, struct str source, struct str charset)
{
    struct str pair, newline;

    if (!charset_encode(arena, STR("\r\n"), charset, &pair) ||
        !charset_encode(arena, STR("\n"), charset, &newline))
        return false;
    size_t first = str_find(source, newline, 0), found = str_find(source, pair, 0);
    return found != SIZE_MAX && found < first;
}

/* The source with its own bytes but for the pieces; false: its charset cannot say them. */
static bool splice_source(const struct job *job, const struct decoded *decoded, struct str source,
    bool crlf, struct str *out)
{
    struct str map = map_write(job->arena, &decoded->runs);
    struct buffer bytes = { 0 };
    size_t at = 0;

    for (size_t i = 0; i < job->count; i++) {
        const struct piece *it = &job->done[i];
        struct text_source place = { .from_byte = it->from, .to_byte = it->to };
        struct str text = with_line_ends(job->arena, it->text, crlf), said;
        bool found = decoded->same || text_map_source(map, it->from, it->to, &place);
        if (!found || place.from_byte < at ||
            !charset_encode(job->arena, text, decoded->charset, &said)) {
            buffer_drop(&bytes);
            return false;
        }
        buffer_put(&bytes, str_slice(source, at, place.from_byte));
        buffer_put(&bytes, said);
        at = place.to_byte;
    }
    buffer_put(&bytes, str_slice(source, at, source.bytes));
    *out = buffer_finish(&bytes, job->arena);
    return true;
}

/* Is this source the text that it should be? */
static enum apply_fault judge(const struct job *job, struct applied *out)
{
    struct buffer should = { 0 };
    enum text_fault fault =
        text_prepare(job->arena, job->format, out->source, out->charset, &out->text);

    splice(&should, job, 0, true);
    bool same = fault == TEXT_OK && str_eq(out->text.canonical, buffer_text(&should));
    buffer_drop(&should);
    if (same)
        return APPLY_OK;
    return fault == TEXT_EMPTY    ? APPLY_EMPTY
        : fault == TEXT_TOO_LARGE ? APPLY_TOO_LARGE
                                  : APPLY_READS_OTHERWISE;
}

static enum apply_fault write_source(
    const struct job *job, const struct decoded *decoded, struct str source, struct applied *out)
{
    bool crlf = has_crlf(job->arena, source, decoded->charset);

    out->charset = decoded->charset;
    if (splice_source(job, decoded, source, crlf, &out->source)) {
        enum apply_fault fault = judge(job, out);
        if (fault != APPLY_READS_OTHERWISE)
            return fault;
    }
    struct buffer middle = { 0 };
    splice(&middle, job, 0, false);
    out->source = with_line_ends(job->arena, buffer_finish(&middle, job->arena), crlf);
    out->charset = STR("UTF-8");
    out->is_recoded = true;
    return judge(job, out);
}

/* -- the whole --------------------------------------------------------------------------------- */

static void set_places(const struct job *job)
{
    size_t at = 0, chars = 0;

    for (size_t i = 0; i < job->count; i++) {
        const struct piece *it = &job->done[i];
        chars += utf8_chars(str_slice(job->canonical, at, it->reads_from));
        job->replacements[i].start_chars = chars;
        chars += utf8_chars(it->reads);
        job->replacements[i].end_chars = chars;
        at = it->reads_to;
    }
}

static enum apply_fault apply(
    struct job *job, const struct decoded *decoded, struct str source, struct applied *out)
{
    for (size_t i = 0; i < job->count; i++) {
        job->words[i] = clean(job->arena, job->replacements[i].words);
        out->faulty = i;
        if (!find(job, &job->replacements[i], &job->asked[i]))
            return APPLY_CROSSES;
        if (i > 0 && job->asked[i].from < job->asked[i - 1].to)
            return APPLY_CROSSES;
    }
    enum apply_fault fault = APPLY_OK;
    if (job->format == TEXT_MARKDOWN)
        fault = write_markdown(job, &out->faulty);
    else
        write_plain(job);
    if (fault == APPLY_OK)
        fault = write_source(job, decoded, source, out);
    if (fault == APPLY_OK)
        set_places(job);
    return fault;
}

enum apply_fault text_apply(struct arena *arena, enum text_format format, struct str source,
    struct str charset, struct str canonical, struct replacement *replacements, size_t count,
    struct applied *out)
{
    struct job job = { .arena = arena,
        .format = format,
        .canonical = canonical,
        .replacements = replacements,
        .asked = arena_array(arena, struct piece, count),
        .done = arena_array(arena, struct piece, count),
        .words = arena_array(arena, struct str, count),
        .count = count };
    struct markdown md = { 0 };
    struct decoded decoded;
    struct str reads;

    *out = (struct applied){ 0 };
    if (charset_decode(arena, source, charset, &decoded) != TEXT_OK)
        return APPLY_STALE;
    job.middle = reads = decoded.text;
    if (format == TEXT_MARKDOWN) {
        markdown_render(decoded.text, MARKDOWN_TEXT, &md);
        job.runs = md.runs;
        job.shape = shape_of(buffer_text(&md.html));
        reads = buffer_text(&md.canonical);
    } else {
        map_add(&job.runs, (struct map_run){ 0, 0, decoded.text.bytes, 1, 1 });
    }
    enum apply_fault fault = APPLY_STALE;
    if (str_eq(reads, canonical))
        fault = apply(&job, &decoded, source, out);
    if (format == TEXT_MARKDOWN)
        markdown_drop(&md);
    else
        map_drop(&job.runs);
    map_drop(&decoded.runs);
    if (fault != APPLY_OK)
        *out = (struct applied){ .faulty = out->faulty };
    return fault;
}
