#include "test.h"

#include "reader/html.h"

TEST("texts are escaped, the pattern is not")
{
    struct buffer out = { 0 };

    HTML(&out, "<a href=\"{}\">{}</a>", STR("/d/x?a=1&b=\"2\""), STR("<b> & 'c'"));
    CHECK_STR(
        buffer_text(&out), STR("<a href=\"/d/x?a=1&amp;b=&quot;2&quot;\">&lt;b&gt; &amp; 'c'</a>"));
    buffer_drop(&out);
}

TEST("braces in a text are no place for another text")
{
    struct buffer out = { 0 };

    HTML(&out, "{}-{}", STR("{}"), STR("b"));
    CHECK_STR(buffer_text(&out), STR("{}-b"));
    buffer_drop(&out);
}

TEST("a text that was not given is empty")
{
    struct buffer out = { 0 };

    HTML(&out, "[{}]", STR_NONE);
    CHECK_STR(buffer_text(&out), STR("[]"));
    buffer_drop(&out);
}
