/* CSV rows, as the world writes them. */
#include "pb_test.h"
#include "pitboard/codec.h"

/* Reads all rows of a text into one line: fields joined by |, rows by /, each row with its line number. */
static pb_status flatten(pb_span text, char separator, char *out)
{
    pb_arena arena;
    pb_csv   csv;
    pb_arena_init(&arena, 1u << 20);
    pb_csv_init(&csv, text, separator, &arena);
    pb_status status;
    out[0] = '\0';
    while ((status = pb_csv_next(&csv)) == PB_OK) {
        out += sprintf(out, "%u:", csv.line);
        for (uint32_t i = 0; i < csv.n_fields; i++)
            out += sprintf(out, "%s%.*s", i ? "|" : "", (int)csv.field[i].len, csv.field[i].at);
        out += sprintf(out, "/");
    }
    pb_arena_fini(&arena);
    return status;
}

#define CHECK_ROWS(text, want)                                                                                         \
    do {                                                                                                               \
        char got[4096];                                                                                                \
        PB_CHECK_EQ(flatten(pb_span_of(text), ',', got), PB_E_EMPTY);                                                  \
        PB_CHECK_TEXT(got, want);                                                                                      \
    } while (0)

PB_TEST(rows_and_fields_come_in_order)
{
    CHECK_ROWS("a,b\n1,2\n3,4", "1:a|b/2:1|2/3:3|4/");
    CHECK_ROWS("", "");
}

PB_TEST(empty_fields_are_fields)
{
    CHECK_ROWS(",\n,a,\n", "1:|/2:|a|/");
    CHECK_ROWS("\"\"\n", "1:/");
}

PB_TEST(line_ends_of_three_worlds_may_mix)
{
    CHECK_ROWS("a\r\nb\rc\nd", "1:a/2:b/3:c/4:d/");
}

PB_TEST(blank_lines_are_skipped_but_counted)
{
    CHECK_ROWS("\n\na\r\n\r\n\r\rb\n\n", "3:a/7:b/");
}

PB_TEST(a_byte_order_mark_is_skipped)
{
    CHECK_ROWS("\xef\xbb\xbf"
               "a,b\n",
               "1:a|b/");
}

PB_TEST(quotes_hold_separators_and_line_ends_and_lines_stay_counted)
{
    CHECK_ROWS("\"a,b\",\"c\r\nd\ne\rf\"\ng", "1:a,b|c\r\nd\ne\rf/5:g/");
}

PB_TEST(a_doubled_quote_inside_quotes_is_a_quote)
{
    CHECK_ROWS("\"say \"\"box\"\"\",\"\"\"\"\n", "1:say \"box\"|\"/");
}

PB_TEST(a_stray_quote_is_kept_as_it_is)
{
    CHECK_ROWS("5\" wide,x\n", "1:5\" wide|x/");
    CHECK_ROWS("\"ab\"cd,x\n", "1:abcd|x/");
    CHECK_ROWS(" \"a\",x\n", "1: \"a\"|x/");
}

PB_TEST(the_separator_can_be_a_semicolon)
{
    char got[100];
    PB_CHECK_EQ(flatten(pb_span_of("a;1,5;\"x;y\"\n"), ';', got), PB_E_EMPTY);
    PB_CHECK_TEXT(got, "1:a|1,5|x;y/");
}

PB_TEST(a_quote_never_closed_is_refused_and_names_the_line_where_its_row_begins)
{
    pb_csv csv;
    pb_csv_init(&csv, pb_span_of("a\nb,\"c\nd\n"), ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_E_SYNTAX);
    PB_CHECK_EQ(csv.line, 2);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_E_EMPTY);
}

PB_TEST(a_row_with_too_many_fields_is_refused_and_the_next_one_is_read)
{
    char text[400];
    memset(text, ',', 399);
    strcpy(text + 128, "\nx,y\n");
    pb_csv csv;
    pb_csv_init(&csv, pb_span_of(text), ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_E_LIMIT); /* 128 separators: 129 fields */
    PB_CHECK_EQ(csv.line, 1);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(csv.n_fields, 2);
    pb_csv_init(&csv, pb_span_of(text + 1), ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(csv.n_fields, PB_CSV_FIELDS_MAX);
}

PB_TEST(a_full_arena_refuses_the_row_only)
{
    pb_csv csv;
    pb_csv_init(&csv, pb_span_of("\"a\"\"b\",c\nd\n"), ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_E_NOMEM);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK(pb_span_equal_text(csv.field[0], "d"));
}

PB_TEST(a_million_doubled_quotes_take_little_memory)
{
    const size_t rows = 100000;
    char        *text = malloc(rows * 12 + 1);
    for (size_t i = 0; i < rows; i++) memcpy(text + i * 12, "\"\"\"\",\"\"\"x\"\n\n", 12);
    pb_arena arena;
    pb_csv   csv;
    pb_arena_init(&arena, 64u << 10);
    pb_csv_init(&csv, (pb_span){text, rows * 12}, ',', &arena);
    for (size_t i = 0; i < rows; i++) {
        PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
        PB_CHECK(pb_span_equal_text(csv.field[0], "\"") && pb_span_equal_text(csv.field[1], "\"x"));
    }
    pb_arena_fini(&arena);
    free(text);
}

PB_TEST(ten_megabytes_of_zero_bytes_are_one_field)
{
    const size_t len  = 10u << 20;
    char        *text = calloc(1, len);
    pb_csv       csv;
    pb_csv_init(&csv, (pb_span){text, len}, ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(csv.n_fields, 1);
    PB_CHECK_EQ(csv.field[0].len, len);
    free(text);
}

PB_TEST(columns_are_found_by_their_trimmed_name)
{
    pb_csv csv;
    pb_csv_init(&csv, pb_span_of("lap, car ,time\n"), ',', NULL);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(pb_csv_column(&csv, "car"), 1);
    PB_CHECK_EQ(pb_csv_column(&csv, "Car"), -1);
}

PB_TEST(what_is_written_reads_back_the_same)
{
    const char *fields[] = {"plain", "a,b", "a;b", "say \"box\"", "two\nlines", "\r", "", " edge ", "\"", "é"};
    const int   n        = sizeof fields / sizeof *fields;
    char       *text     = NULL;
    size_t      len      = 0;
    FILE       *to       = open_memstream(&text, &len);
    for (int i = 0; i < n; i++) {
        if (i) fputc(',', to);
        pb_csv_put(to, fields[i]);
    }
    fclose(to);
    pb_arena arena;
    pb_csv   csv;
    pb_arena_init(&arena, 0);
    pb_csv_init(&csv, (pb_span){text, len}, ',', &arena);
    PB_CHECK_EQ(pb_csv_next(&csv), PB_OK);
    PB_CHECK_EQ(csv.n_fields, n);
    for (int i = 0; i < n; i++) PB_CHECK(pb_span_equal_text(csv.field[i], fields[i]));
    pb_arena_fini(&arena);
    free(text);
}

PB_TEST_MAIN(PB_RUN(rows_and_fields_come_in_order), PB_RUN(empty_fields_are_fields),
             PB_RUN(line_ends_of_three_worlds_may_mix), PB_RUN(blank_lines_are_skipped_but_counted),
             PB_RUN(a_byte_order_mark_is_skipped), PB_RUN(quotes_hold_separators_and_line_ends_and_lines_stay_counted),
             PB_RUN(a_doubled_quote_inside_quotes_is_a_quote), PB_RUN(a_stray_quote_is_kept_as_it_is),
             PB_RUN(the_separator_can_be_a_semicolon),
             PB_RUN(a_quote_never_closed_is_refused_and_names_the_line_where_its_row_begins),
             PB_RUN(a_row_with_too_many_fields_is_refused_and_the_next_one_is_read),
             PB_RUN(a_full_arena_refuses_the_row_only), PB_RUN(a_million_doubled_quotes_take_little_memory),
             PB_RUN(ten_megabytes_of_zero_bytes_are_one_field), PB_RUN(columns_are_found_by_their_trimmed_name),
             PB_RUN(what_is_written_reads_back_the_same))
