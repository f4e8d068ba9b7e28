/* Starting grids. */
#include "lap_fixture.h"

static pb_status read_grids(const char *text, pb_arena *arena, pb_grid_row **rows, uint32_t *n, pb_error *error)
{
    pb_arena_init(arena, 0);
    *error = (pb_error){0};
    return pb_wire_read_grids(pb_span_of(text), "grids.csv", arena, rows, n, error);
}

PB_TEST(grids_are_read_in_any_order_of_columns)
{
    pb_arena     arena;
    pb_grid_row *rows;
    pb_error     error;
    uint32_t     n;
    PB_CHECK_EQ(read_grids("driver,grid,season,round\r\nHAM,1,2018,1\r\nRAI,2,2018,1\n", &arena, &rows, &n, &error),
                PB_OK);
    PB_CHECK_EQ(n, 2);
    PB_CHECK_TEXT(rows[1].driver, "RAI");
    PB_CHECK_EQ(rows[1].grid, 2);
    PB_CHECK_EQ(rows[1].season, 2018);
    PB_CHECK_EQ(rows[1].round, 1);
    pb_arena_fini(&arena);
}

PB_TEST(a_grid_that_cannot_be_read_is_refused_with_its_line)
{
    static const struct {
        const char *text, *say;
    } bad[] = {
        {"", "the file is empty"},
        {"season,round,driver\n", "grids.csv:1: column grid is missing"},
        {"season,round,driver,grid\n2018,1,HAM\n", "grids.csv:2: season"},
        {"season,round,driver,grid\n2018,1,HAM,x\n", "grids.csv:2: season"},
        {"season,round,driver,grid\n2018,1,HAM,-1\n", "grids.csv:2: season"},
        {"season,round,driver,grid\n2018,0,HAM,1\n", "grids.csv:2: season"},
        {"season,round,driver,grid\n18,1,HAM,1\n", "grids.csv:2: season"},
        {"season,round,driver,grid\n2018,1,HAM,1\n2018,1,,2\n", "grids.csv:3: driver"},
        {"season,round,driver,grid\n2018,1,HAMILTON,2\n", "grids.csv:2: driver"},
        {"season,round,driver,grid\n2018,1,\x01HAM,2\n", "grids.csv:2: driver"},
        {"season,round,driver,grid\n2018,1,\"HAM,2\n", "grids.csv:2: this row cannot be read"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pb_arena     arena;
        pb_grid_row *rows = NULL;
        pb_error     error;
        uint32_t     n = 99;
        PB_CHECK(read_grids(bad[i].text, &arena, &rows, &n, &error) != PB_OK);
        PB_CHECK_HAS(error.text, bad[i].say);
        PB_CHECK_EQ(n, 99);
        pb_arena_fini(&arena);
    }
}

PB_TEST(the_shared_grids_are_read_whole)
{
    pb_arena     arena;
    pb_grid_row *rows;
    pb_bytes     bytes;
    pb_error     error;
    uint32_t     n;
    pb_need_shared(PB_SHARED_DIR "/data/grids.csv");
    PB_CHECK_EQ(pb_file_read(PB_SHARED_DIR "/data/grids.csv", 0, &bytes, NULL), PB_OK);
    PB_CHECK_EQ(read_grids(bytes.at, &arena, &rows, &n, &error), PB_OK);
    PB_CHECK_EQ(n, 2726);
    for (uint32_t i = 0; i < n; i++) PB_CHECK(pb_driver_code(pb_span_of(rows[i].driver)) != NULL);
    pb_bytes_free(&bytes);
    pb_arena_fini(&arena);
}

PB_TEST_MAIN(PB_RUN(grids_are_read_in_any_order_of_columns),
             PB_RUN(a_grid_that_cannot_be_read_is_refused_with_its_line), PB_RUN(the_shared_grids_are_read_whole))
