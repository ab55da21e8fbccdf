#include "test.h"

#include "model/uri.h"

static struct arena *arena;

static const char *normal(const char *raw)
{
    struct str out = STR_NONE;
    return uri_normalize(arena, str_from(raw), &out) == URI_FINE ? arena_cstr(arena, out) : "";
}

static enum uri_fault fault(const char *raw)
{
    struct str out;
    return uri_normalize(arena, str_from(raw), &out);
}

TEST("an address has one spelling")
{
    static const char *const rows[][2] = {
        { "HTTPS://Example.ORG", "https://example.org/" },
        { "https://example.org:443/Walk?Q=1", "https://example.org/Walk?Q=1" },
        { "http://example.org:80/a", "http://example.org/a" },
        { "http://example.org:443/a", "http://example.org:443/a" },
        { "http://example.org:/a", "http://example.org/a" },
        { "http://example.org?x=1#part", "http://example.org/?x=1" },
        { " http://example.org/a#b ", "http://example.org/a" },
        { "http://[::1]:8080/", "http://[::1]:8080/" },
        { "http://[2001:DB8::1]", "http://[2001:db8::1]/" },
        { "http://bücher.example/ü", "http://bücher.example/ü" },
        { "URN:isbn:0451450523", "urn:isbn:0451450523" },
    };
    arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_STR(str_from(normal(rows[i][0])), str_from(rows[i][1]));
    arena_free(arena);
}

TEST("what is no address that others could follow is refused")
{
    static const struct {
        const char *raw;
        enum uri_fault fault;
    } rows[] = {
        { "", URI_EMPTY },
        { "  ", URI_EMPTY },
        { "example.org/a", URI_BAD_SCHEME },
        { "javascript:alert(1)", URI_BAD_SCHEME },
        { "file:///etc/passwd", URI_BAD_SCHEME },
        { "urn:", URI_BAD_SCHEME },
        { "http:example.org", URI_BAD_HOST },
        { "http://", URI_BAD_HOST },
        { "http:///a", URI_BAD_HOST },
        { "http://:80/", URI_BAD_HOST },
        { "http://example.org:99999/", URI_BAD_HOST },
        { "http://example.org:a/", URI_BAD_HOST },
        { "http://[::1/", URI_BAD_HOST },
        { "http://[::1]x/", URI_BAD_HOST },
        { "https://ana:secret@example.org/", URI_HAS_PASSWORD },
        { "http://example.org/a b", URI_BAD_CHARACTER },
        { "http://example.org/\n", URI_FINE },
        { "http://example.org/a\nb", URI_BAD_CHARACTER },
        { "http://example.org/\xff", URI_BAD_CHARACTER },
        { "http://example.org/\xc2\x85", URI_BAD_CHARACTER },
    };
    arena = arena_make();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        CHECK_INT(fault(rows[i].raw), rows[i].fault);
    arena_free(arena);
}

TEST("an address may be as long as the index can hold")
{
    char raw[URI_MAX_BYTES + 2] = "http://e.org/";
    memset(raw + 13, 'a', sizeof raw - 14);
    arena = arena_make();
    raw[URI_MAX_BYTES + 1] = '\0';
    CHECK_INT(fault(raw), URI_TOO_LONG);
    raw[URI_MAX_BYTES] = '\0';
    CHECK_INT(fault(raw), URI_FINE);
    arena_free(arena);
}
