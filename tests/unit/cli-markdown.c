/* Lessons as they are seen: each row is a text and its picture. */
#include "cli/markdown.h"

#include "checker/base/memory.h"

#include <criterion/criterion.h>
#include <locale.h>
#include <string.h>

static char *render(const char *markdown, int width, bool colour, bool unicode) {
    struct text out = {0};
    const struct markdown_options options = {width, colour, unicode};
    setlocale(LC_CTYPE, "C.UTF-8");
    markdown_render(markdown, strlen(markdown), &options, &out);
    return text_take(&out);
}

Test(markdown, plain) {
    static const struct {
        const char *why, *markdown, *picture;
    } rows[] = {
        {"nothing", "", ""},
        {"headings are underlined where nothing is bold", "# One\ntext\n\n## Two\n\n### Three\n",
         "One\n===\n\ntext\n\nTwo\n---\n\nThree\n"},
        {"paragraphs are wrapped, line ends of the source are spaces", "one two three four five six\nseven",
         "one two three four\nfive six seven\n"},
        {"a word that is too long stays whole", "a aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa b",
         "a\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb\n"},
        {"a hard line break stays", "one  \ntwo", "one\ntwo\n"},
        {"width is counted in columns, not bytes", "ééééé ééééé ééééé é", "ééééé ééééé ééééé é\n"},
        {"and wide characters take two", "日本語日本 日本語日本", "日本語日本\n日本語日本\n"},
        {"code keeps its marks and its place", "call `f(x)` *now*", "call `f(x)` now\n"},
        {"a block of code is not wrapped", "```c\nint  main(void) { return 0; }\n\n\tx\n```\nafter",
         "    int  main(void) { return 0; }\n\n    \tx\n\nafter\n"},
        {"an empty block of code", "```\n```\n\nx", "x\n"},
        {"lists", "- one\n- two two two two two\n  two\n- three",
         "• one\n• two two two two\n  two two\n• three\n"},
        {"loose lists are set apart", "- one\n\n- two", "• one\n\n• two\n"},
        {"numbers are put in line", "9. a\n10. b", " 9. a\n10. b\n"},
        {"a list in a list", "- a\n  - b\n  - c\n- d", "• a\n  • b\n  • c\n• d\n"},
        {"a list that begins with a list", "- - a\n  - b", "• • a\n  • b\n"},
        {"code in a list", "1. a\n\n       code\n\n2. b", "1. a\n\n       code\n\n2. b\n"},
        {"an item with nothing in it", "-\n- b", "•\n• b\n"},
        {"a quote, wrapped", "> one two three four five\n>\n> six",
         "│ one two three four\n│ five\n│\n│ six\n"},
        {"a quote in a list", "- > a\n  > b", "• │ a b\n"},
        {"links", "[RFC](http://x.y/z) and <http://a.b> and <a@b.c>",
         "RFC (http://x.y/z)\nand http://a.b and\na@b.c\n"},
        {"a rule", "a\n\n---\n\nb", "a\n\n────────────────────\n\nb\n"},
        {"tables keep their rows", "| a | bb |\n|---|---|\n| `ccc` | d |\n",
         "a      bb\n─────  ──\n`ccc`  d\n"},
        {"a table without its last bar", "|a|b\n|-|-\n|1|2", "a  b\n─  ─\n1  2\n"},
        {"one line with a bar is a sentence", "|x| is its size", "|x| is its size\n"},
        {"comments are for authors", "<!-- note -->\n\na <!-- b --> c", "a c\n"},
        {"other HTML is shown", "a <b>c</b>", "a <b>c</b>\n"},
        {"entities are characters", "&lt; &copy;", "< ©\n"},
        {"no escape reaches the terminal",
         "a\x1b]52;c;x\x07 `\xc2\x9b"
         "31m`\n\n    \x1b[2J\n",
         "a\\x1b]52;c;x\\x07\n`\\x9b31m`\n\n    \\x1b[2J\n"},
        {"nor does one that an entity makes", "&#27;[2J &#x202e;", "\\x1b[2J \\u{202e}\n"},
        {"nor an address", "[a](<\x1b[2J>)", "a (\\x1b[2J)\n"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *picture = render(rows[i].markdown, 20, false, true);
        cr_expect_str_eq(picture, rows[i].picture, "%s:\n%s", rows[i].why, picture);
    }
}

Test(markdown, ascii_and_colour) {
    SCOPE_FREE char *ascii = render("- a\n\n> q\n\n---\n", 5, false, false);
    cr_assert_str_eq(ascii, "- a\n\n| q\n\n-----\n");
    SCOPE_FREE char *colour = render("# Title\n\n**bold words here** `x y`", 12, true, true);
    cr_assert_str_eq(
        colour, "\x1b[0;1;4mTitle\x1b[0m\n\n\x1b[0;1mbold words\x1b[0m\n\x1b[0;1mhere\x1b[0m \x1b[0;36mx "
                "y\x1b[0m\n");
}

Test(markdown, nothing_is_lost_at_any_width) {
    const char *markdown =
        "# T\n\n- a *b* `c`\n  1. d\n\n     > e\n\n| f | g |\n|---|---|\n| h | i |\n\n```\nj\n```\n";
    for (int width = 1; width < 40; width++) {
        SCOPE_FREE char *picture = render(markdown, width, false, true);
        for (char letter = 'a'; letter <= 'j'; letter++)
            cr_assert_not_null(strchr(picture, letter), "%c at %d", letter, width);
    }
}
