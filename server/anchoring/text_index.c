#include "anchoring/resolve.h"

#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#define STEP_CHARS 256

struct checkpoint {
    uint32_t byte, utf16; /* of character number i * STEP_CHARS */
};

struct text_index {
    struct str text;
    size_t chars, utf16;
    struct checkpoint *checkpoints; /* NULL where all is ASCII and the units are one */
    size_t checkpoint_count;
    char copy[];
};

static bool is_ascii(struct str text)
{
    for (size_t i = 0; i < text.bytes; i++)
        if ((unsigned char)text.at[i] >= 0x80)
            return false;
    return true;
}

static void set_checkpoints(struct text_index *index)
{
    size_t byte = 0, utf16 = 0, chars = 0;

    index->checkpoint_count = index->chars / STEP_CHARS + 1;
    index->checkpoints = mem_zero(index->checkpoint_count, sizeof *index->checkpoints);
    for (; chars < index->chars; chars++) {
        if (chars % STEP_CHARS == 0)
            index->checkpoints[chars / STEP_CHARS] =
                (struct checkpoint){ (uint32_t)byte, (uint32_t)utf16 };
        utf16 += utf8_next(index->text, &byte) >= 0x10000 ? 2 : 1;
    }
    if (chars % STEP_CHARS == 0)
        index->checkpoints[chars / STEP_CHARS] =
            (struct checkpoint){ (uint32_t)byte, (uint32_t)utf16 };
}

struct text_index *text_index_new(struct str text)
{
    struct text_index *index = mem_alloc(sizeof *index + text.bytes + 1);

    *index = (struct text_index){ .text = { index->copy, text.bytes } };
    if (text.bytes > 0)
        memcpy(index->copy, text.at, text.bytes);
    index->copy[text.bytes] = '\0';
    index->chars = utf8_chars(text);
    index->utf16 = utf8_utf16(text);
    if (!is_ascii(text))
        set_checkpoints(index);
    return index;
}

void text_index_free(struct text_index *index)
{
    if (!index)
        return;
    free(index->checkpoints);
    free(index);
}

struct str text_index_text(const struct text_index *index)
{
    return index->text;
}

size_t text_index_chars(const struct text_index *index)
{
    return index->chars;
}

size_t text_index_utf16(const struct text_index *index)
{
    return index->utf16;
}

size_t text_index_memory_bytes(const struct text_index *index)
{
    return sizeof *index + index->text.bytes + 1 +
        index->checkpoint_count * sizeof *index->checkpoints;
}

/* A position in all three units. */
struct position {
    size_t chars, byte, utf16;
};

static void step(const struct text_index *index, struct position *at)
{
    at->utf16 += utf8_next(index->text, &at->byte) >= 0x10000 ? 2 : 1;
    at->chars++;
}

static struct position checkpoint(const struct text_index *index, size_t number)
{
    return (struct position){ number * STEP_CHARS, index->checkpoints[number].byte,
        index->checkpoints[number].utf16 };
}

static struct position at_char(const struct text_index *index, size_t chars)
{
    struct position at = checkpoint(index, chars / STEP_CHARS);
    while (at.chars < chars)
        step(index, &at);
    return at;
}

/* The last position whose byte (or, with_utf16, UTF-16 unit) is at most `wanted`. */
static struct position at_most(const struct text_index *index, size_t wanted, bool with_utf16)
{
    size_t low = 0, high = index->checkpoint_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        struct checkpoint c = index->checkpoints[middle];
        if ((with_utf16 ? c.utf16 : c.byte) <= wanted)
            low = middle;
        else
            high = middle;
    }
    struct position at = checkpoint(index, low), next = at;
    while (next.chars < index->chars) {
        step(index, &next);
        if ((with_utf16 ? next.utf16 : next.byte) > wanted)
            break;
        at = next;
    }
    return at;
}

size_t text_byte_of_char(const struct text_index *index, size_t chars)
{
    if (chars > index->chars)
        return SIZE_MAX;
    return index->checkpoints ? at_char(index, chars).byte : chars;
}

size_t text_utf16_of_char(const struct text_index *index, size_t chars)
{
    if (chars > index->chars)
        return SIZE_MAX;
    return index->checkpoints ? at_char(index, chars).utf16 : chars;
}

size_t text_char_of_byte(const struct text_index *index, size_t bytes)
{
    if (bytes > index->text.bytes)
        return SIZE_MAX;
    if (!index->checkpoints)
        return bytes;
    struct position at = at_most(index, bytes, false);
    return at.byte == bytes ? at.chars : SIZE_MAX;
}

size_t text_char_of_utf16(const struct text_index *index, size_t utf16)
{
    if (utf16 > index->utf16)
        return SIZE_MAX;
    if (!index->checkpoints)
        return utf16;
    struct position at = at_most(index, utf16, true);
    return at.utf16 == utf16 ? at.chars : SIZE_MAX;
}

struct str text_between(const struct text_index *index, size_t from_chars, size_t to_chars)
{
    if (to_chars > index->chars)
        to_chars = index->chars;
    if (from_chars > to_chars)
        from_chars = to_chars;
    size_t from = text_byte_of_char(index, from_chars);
    return str_slice(index->text, from, text_byte_of_char(index, to_chars));
}
