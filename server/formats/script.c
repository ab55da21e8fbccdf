#include "formats/script.h"

#include "base/utf8.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#define LETTERS_ENOUGH 2000

struct tally {
    size_t letters, right_to_left, kana, han, hangul, thai, lao, khmer;
};

static void count(struct tally *tally, uint32_t c)
{
    UErrorCode fault = U_ZERO_ERROR;
    UCharDirection direction = u_charDirection((UChar32)c);

    if (!u_isalpha((UChar32)c))
        return;
    tally->letters++;
    tally->right_to_left += direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
    switch (uscript_getScript((UChar32)c, &fault)) {
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
        tally->kana++;
        break;
    case USCRIPT_HAN:
        tally->han++;
        break;
    case USCRIPT_HANGUL:
        tally->hangul++;
        break;
    case USCRIPT_THAI:
        tally->thai++;
        break;
    case USCRIPT_LAO:
        tally->lao++;
        break;
    case USCRIPT_KHMER:
        tally->khmer++;
        break;
    default:
        break;
    }
}

/* Behind a tag or an entity that begins here: their letters are not the text's. */
static size_t skip(struct str html, size_t at)
{
    size_t end = str_find(html, html.at[at] == '<' ? STR(">") : STR(";"), at);

    return end == SIZE_MAX ? html.bytes : end + 1;
}

static struct str language_of(const struct tally *tally)
{
    size_t half = tally->letters / 2;

    /* hardly a sentence of Japanese is without kana */
    if (tally->kana + tally->han > half)
        return tally->kana * 20 > tally->letters ? STR("ja") : STR("zh");
    if (tally->hangul > half)
        return STR("ko");
    if (tally->thai > half)
        return STR("th");
    if (tally->lao > half)
        return STR("lo");
    return tally->khmer > half ? STR("km") : STR_NONE;
}

struct script script_of_html(struct str html)
{
    struct tally tally = { 0 };

    for (size_t at = 0; at < html.bytes && tally.letters < LETTERS_ENOUGH;) {
        if (html.at[at] == '<' || html.at[at] == '&')
            at = skip(html, at);
        else
            count(&tally, utf8_next(html, &at));
    }
    return (struct script){ tally.right_to_left > tally.letters / 2, language_of(&tally) };
}
