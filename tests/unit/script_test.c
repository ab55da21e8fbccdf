#include "test.h"

#include "formats/script.h"

static const struct {
    const char *html, *language;
    bool is_right_to_left;
} TEXTS[] = {
    { "<p data-o=\"0\" dir=\"auto\">I went to the woods.</p>", "", false },
    { "<h1 data-o=\"0\" dir=\"auto\">Walden</h1>\n<p data-o=\"7\">ذهبتُ إلى الغابة لأنني</p>", "",
        true },
    { "<p data-o=\"0\">הלכתי אל היער &amp; &lt;b&gt;</p>", "", true },
    { "<p data-o=\"0\">The word סלום stands in an English sentence.</p>", "", false },
    { "<p data-o=\"0\">私が森へ行ったのは、慎重に生きたかったからだ。</p>", "ja", false },
    { "<p data-o=\"0\">我到林中去，因为我希望谨慎地生活。</p>", "zh", false },
    { "<p data-o=\"0\">나는 숲으로 갔다</p>", "ko", false },
    { "<p data-o=\"0\">ข้าพเจ้าเข้าป่า</p>", "th", false },
    { "<p data-o=\"0\">ຂ້ອຍ</p>", "lo", false },
    { "<p data-o=\"0\">ខ្ញុំ</p>", "km", false },
    { "<p data-o=\"0\">12 &#x1F6B6; …</p>", "", false },
    { "", "", false },
    { "<p", "", false },
    { "a &amp", "", false },
};

TEST("most letters decide on the direction, and on the language where the script does")
{
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct script script = script_of_html(str_from(TEXTS[i].html));
        CHECK_STR(script.language, str_from(TEXTS[i].language));
        CHECK(script.is_right_to_left == TEXTS[i].is_right_to_left);
    }
}
