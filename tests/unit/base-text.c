/* Text that strangers wrote, made harmless; shell words; UTF-8; ceilings. */
#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(text, nothing_printable_moves_a_cursor) {
    static const struct {
        const char *bytes, *shown, *why;
    } rows[] = {
        {"plain é 😀", "plain é 😀", "ordinary text stays"},
        {"a\033[2Jb", "a\\x1b[2Jb", "escape sequences"},
        {"\033]52;c;aGk=\007", "\\x1b]52;c;aGk=\\x07", "clipboard"},
        {"\xc2\x9b"
         "31m",
         "\\x9b31m", "C1 control, encoded"},
        {"\x9b"
         "31m",
         "\\x9b31m", "C1 control, raw"},
        {"a\xe2\x80\xae"
         "b",
         "a\\u{202e}b", "right to left override"},
        {"\xff\xfe", "\\xff\\xfe", "invalid UTF-8"},
        {"a\nb\tc\r", "a\\nb\\tc\\r", "line ends, where lines are not kept"},
        {"a\x7f", "a\\x7f", "delete"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", "a surrogate"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *shown = text_printable(rows[i].bytes, false);
        cr_assert_str_eq(shown, rows[i].shown, "%s: %s", rows[i].why, shown);
    }
    SCOPE_FREE char *lines = text_printable("a\nb\tc\033", true);
    cr_assert_str_eq(lines, "a\nb\tc\\x1b");
}

Test(text, words_are_quoted_for_a_shell) {
    static const struct {
        const char *word, *quoted;
    } rows[] = {
        {"plain-1.0/x=y", "plain-1.0/x=y"},
        {"", "''"},
        {"a b", "'a b'"},
        {"it's", "'it'\\''s'"},
        {"$HOME", "'$HOME'"},
        {"a\nb", "$'a\\nb'"},
        {"\xff'", "$'\\xff\\''"},
        {"é", "'é'"},
        {"a\u202eb", "$'a\\xe2\\x80\\xaeb'"},
        {"\xc2\x85", "$'\\xc2\\x85'"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_TEXT struct text text = {0};
        text_add_shell_word(&text, rows[i].word);
        cr_assert_str_eq(text.bytes, rows[i].quoted);
    }
}

Test(text, a_ceiling_is_kept_and_remembered) {
    SCOPE_TEXT struct text text = {.ceiling = 10};
    text_puts(&text, "12345678");
    cr_assert_not(text.overflowed);
    text_puts(&text, "90abc");
    cr_assert(text.overflowed);
    cr_assert_str_eq(text.bytes, "1234567890");
    text_puts(&text, "more");
    cr_assert_eq(text.length, 10);
}

Test(text, utf8_is_strict) {
    static const struct {
        const char *bytes;
        size_t valid;
    } rows[] = {
        {"aé€😀", 10},
        {"\xc0\x80", 0},
        {"\xc1\xbf", 0},
        {"a\xe0\x80\x80", 1},
        {"\xf4\x90\x80\x80", 0},
        {"\xf0\x80\x80\x80", 0},
        {"é\xc3", 2},
        {"\x80", 0},
        {"", 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_assert_eq(utf8_valid_length(rows[i].bytes, strlen(rows[i].bytes)), rows[i].valid, "row %zu", i);
    uint32_t point = 7;
    cr_assert_eq(utf8_decode("\xff", 1, &point), 0);
    cr_assert_eq(point, 7, "written only on success");
}

Test(text, edits_are_counted) {
    static const struct {
        const char *a, *b;
        size_t edits;
    } rows[] = {{"check", "chekc", 1},
                {"check", "check", 0},
                {"", "abc", 3},
                {"list", "lesson", 4},
                {"start", "tsart", 1}};
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_assert_eq(edit_distance(rows[i].a, rows[i].b), rows[i].edits, "%s %s", rows[i].a, rows[i].b);
}
