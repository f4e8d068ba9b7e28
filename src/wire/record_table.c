/* record_table: rows of CSV or JSON as named fields. */
#include "record_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calendar.h"
#include "cell.h"

/* ---- names of columns ---- */

/* Next of the names in "Time_s|Time"; false past the last. */
static bool next_name(const char **at, pb_span *name)
{
    if (**at == '\0') return false;
    size_t len = strcspn(*at, "|");
    *name      = (pb_span){*at, len};
    *at += len + ((*at)[len] == '|');
    return true;
}

static const char *names_of(const pb__table *t, int k)
{
    return t->columns[k] + (t->columns[k][0] == PB__OPTIONAL);
}

static int find_column(pb__table *t, int k)
{
    const char *at = names_of(t, k);
    for (pb_span name; next_name(&at, &name);)
        for (uint32_t i = 0; i < t->csv.n_fields; i++)
            if (pb_span_equal(pb_span_trim(t->csv.field[i]), name)) {
                t->name[k] = name;
                return (int)i;
            }
    return -1;
}

static pb_status read_header(pb__table *t)
{
    if (pb_csv_next(&t->csv) != PB_OK)
        return pb_error_set(t->error, PB_E_EMPTY, "%s: the file is empty or its first line is no header", t->path);
    t->n_header = t->csv.n_fields;
    for (int k = 0; k < t->n_columns; k++) {
        t->at[k] = find_column(t, k);
        if (t->at[k] < 0 && t->columns[k][0] != PB__OPTIONAL)
            return pb_error_set(t->error, PB_E_MISSING, "%s:%u: column %s is missing", t->path, (unsigned)t->csv.line,
                                names_of(t, k));
    }
    return PB_OK;
}

/* ---- rows ---- */

static pb_status quarantine(pb__table *t)
{
    pb_quarantine *bad = pb__add_quarantined(t->records);
    if (!bad) return pb_error_set(t->error, PB_E_NOMEM, "%s: out of memory", t->path);
    bad->line = t->line;
    snprintf(bad->reason, sizeof bad->reason, "%s", t->reason);
    return PB_OK;
}

static pb_status judge(pb__table *t, pb__row_reader *reader)
{
    if (t->records->n_rows++ >= PB_RECORDS_ROWS_MAX)
        return pb_error_set(t->error, PB_E_LIMIT, "%s:%u: more than %u rows; split the file", t->path,
                            (unsigned)t->line, PB_RECORDS_ROWS_MAX);
    if (!t->reason[0]) PB_TRY(reader(t));
    if (t->reason[0]) return quarantine(t);
    t->records->n_accepted++;
    return PB_OK;
}

/* A last row shorter than the header, without a line end. */
static bool cut_short(const pb__table *t, pb_span text)
{
    char last = text.at[text.len - 1];
    return t->csv.n_fields < t->n_header && t->csv.at >= t->csv.end && last != '\n' && last != '\r';
}

/* The timing system ends its rows with a separator, its header without one or with one. */
static bool same_width(const pb__table *t)
{
    uint32_t n = t->csv.n_fields;
    if (n == t->n_header || (t->short_rows && n < t->n_header)) return true;
    return t->csv.separator == ';' && n == t->n_header + 1 && pb_span_trim(t->csv.field[n - 1]).len == 0;
}

static void look_at_row(pb__table *t)
{
    if (!same_width(t))
        snprintf(t->reason, sizeof t->reason, "%u fields where the header has %u", (unsigned)t->csv.n_fields,
                 (unsigned)t->n_header);
    for (uint32_t i = 0; !t->utf8 && i < t->csv.n_fields; i++)
        if (!pb_utf8_valid(t->csv.field[i]))
            snprintf(t->reason, sizeof t->reason, "field %u is not valid UTF-8", (unsigned)i + 1);
}

static pb_status read_rows(pb__table *t, pb_span text, pb__row_reader *reader)
{
    for (;;) {
        pb_status status = pb_csv_next(&t->csv);
        t->line          = t->csv.line;
        t->reason[0]     = '\0';
        if (status == PB_E_EMPTY) return PB_OK;
        if (status == PB_E_SYNTAX)
            return pb_error_set(t->error, status, "%s:%u: a quote is opened and never closed; get the file again",
                                t->path, (unsigned)t->line);
        if (status == PB_E_NOMEM) return pb_error_set(t->error, status, "%s: out of memory", t->path);
        if (status == PB_OK && cut_short(t, text))
            return pb_error_set(t->error, PB_E_SYNTAX,
                                "%s:%u: the file ends in the middle of a row (%u of %u fields); get the file again",
                                t->path, (unsigned)t->line, (unsigned)t->csv.n_fields, (unsigned)t->n_header);
        if (status == PB_E_LIMIT)
            snprintf(t->reason, sizeof t->reason, "more fields than a row may have");
        else
            look_at_row(t);
        PB_TRY(judge(t, reader));
    }
}

pb_status pb__read_csv(pb__table *t, pb_span text, char separator, pb__row_reader *reader)
{
    pb_arena scratch;
    PB_ASSERT(t->n_columns <= PB__COLUMNS_MAX);
    pb_arena_init(&scratch, 64u << 20);
    pb_csv_init(&t->csv, text, separator, &scratch);
    t->row.value     = NULL;
    t->utf8          = pb_utf8_valid(text);
    pb_status status = read_header(t);
    if (status == PB_OK) status = read_rows(t, text, reader);
    pb_arena_fini(&scratch);
    return status;
}

pb_status pb__read_json(pb__table *t, pb_json array, pb_json around, pb_json beyond, pb__row_reader *reader)
{
    PB_ASSERT(t->n_columns <= PB__COLUMNS_MAX);
    t->around = around;
    t->beyond = beyond;
    for (size_t i = 0; i < pb_json_length(array); i++) {
        t->row       = pb_json_at(array, i);
        t->line      = (uint32_t)i + 1;
        t->reason[0] = '\0';
        if (pb_json_is_object(t->row, NULL) != PB_OK)
            snprintf(t->reason, sizeof t->reason, "%s is no object", t->row.pointer);
        PB_TRY(judge(t, reader));
    }
    t->row.value = NULL;
    return PB_OK;
}

/* ---- fields ---- */

/* "Driver.driverId" below an object; absent when any part is. */
static pb_json json_below(pb_json at, pb_span path)
{
    char key[48];
    while (pb_json_present(at) && path.len > 0) {
        const char *dot  = memchr(path.at, '.', path.len);
        pb_span     part = {path.at, dot ? (size_t)(dot - path.at) : path.len};
        if (!pb_span_copy(part, key, sizeof key)) return (pb_json){0};
        at          = pb_json_get(at, key);
        size_t past = part.len + (dot ? 1 : 0);
        path        = (pb_span){path.at + past, path.len - past};
    }
    return at;
}

static pb_json json_field(const pb__table *t, int k)
{
    const pb_json places[] = {t->row, t->around, t->beyond};
    const char   *at       = names_of(t, k);
    for (pb_span name; next_name(&at, &name);)
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
            pb_json found = json_below(places[i], name);
            if (pb_json_present(found)) return found;
        }
    return (pb_json){0};
}

static pb_span json_text(pb__table *t, int k)
{
    char     *to     = t->text[k];
    pb_json   value  = json_field(t, k);
    int64_t   whole  = 0;
    double    number = 0;
    bool      yes    = false;
    pb_status status;
    *to = '\0';
    if (!pb_json_present(value) || pb_json_is_null(value)) return (pb_span){to, 0};
    status = pb_json_text(value, to, PB__FIELD_MAX, NULL);
    if (status == PB_E_LIMIT) pb__refuse(t, k, "is too long");
    if (status == PB_OK) return pb_span_trim(pb_span_of(to));
    *to = '\0';
    if (pb_json_i64(value, INT64_MIN, INT64_MAX, &whole, NULL) == PB_OK)
        snprintf(to, PB__FIELD_MAX, "%lld", (long long)whole);
    else if (pb_json_f64(value, -1e300, 1e300, &number, NULL) == PB_OK)
        (void)pb_f64_text(number, to);
    else if (pb_json_bool(value, &yes, NULL) == PB_OK)
        snprintf(to, PB__FIELD_MAX, "%s", yes ? "true" : "false");
    else if (status != PB_E_LIMIT)
        pb__refuse(t, k, "is neither a text nor a number");
    return pb_span_of(to);
}

bool pb__has(const pb__table *t, int k)
{
    return t->row.value ? pb_json_present(json_field(t, k)) : t->at[k] >= 0;
}

pb_span pb__field(pb__table *t, int k)
{
    if (k < 0) return (pb_span){"", 0};
    if (t->row.value) return json_text(t, k);
    if (t->at[k] < 0 || (uint32_t)t->at[k] >= t->csv.n_fields) return (pb_span){"", 0};
    pb_span field = pb_span_trim(t->csv.field[t->at[k]]);
    return pb_span_equal_text(field, "\\N") ? (pb_span){"", 0} : field;
}

void pb__refuse(pb__table *t, int k, const char *why)
{
    PB_ASSERT(k >= 0);
    if (t->reason[0]) return;
    pb_span value = t->row.value ? pb_span_of(t->text[k]) : pb__field(t, k);
    char    shown[33];
    (void)pb_span_copy(value, shown, sizeof shown);
    for (char *c = shown; *c; c++)
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~') *c = '?';
    const char *names = names_of(t, k);
    pb_span     name  = !t->row.value && t->at[k] >= 0 ? t->name[k] : (pb_span){names, strcspn(names, "|")};
    snprintf(t->reason, sizeof t->reason, "%.*s \"%s\" %.60s", (int)name.len, name.at, shown, why);
}

static bool usable(pb__table *t, int k, pb__cell got, const char *kind)
{
    if (got == PB__CELL_NAN) pb__refuse(t, k, "is not a finite number");
    if (got == PB__CELL_BAD) pb__refuse(t, k, kind);
    return got == PB__CELL_VALUE;
}

int64_t pb__take_whole(pb__table *t, int k, int64_t lo, int64_t hi, int64_t none)
{
    int64_t value = none;
    char    why[64];
    if (!usable(t, k, pb__cell_whole(pb__field(t, k), &value), "is not a whole number")) return none;
    if (value >= lo && value <= hi) return value;
    snprintf(why, sizeof why, "lies outside %lld to %lld", (long long)lo, (long long)hi);
    pb__refuse(t, k, why);
    return none;
}

int64_t pb__need_whole(pb__table *t, int k, int64_t lo, int64_t hi)
{
    if (pb__field(t, k).len == 0) pb__refuse(t, k, "is missing");
    return pb__take_whole(t, k, lo, hi, lo);
}

double pb__take_number(pb__table *t, int k, double lo, double hi)
{
    double  value = 0;
    char    why[64];
    pb_span field = pb__field(t, k);
    if (field.len == 0 || pb_span_equal_nocase(field, "none") || pb_span_equal_nocase(field, "nat")) return (double)NAN;
    if (!pb_span_to_f64(field, &value)) {
        pb__refuse(t, k, "is not a number");
        return (double)NAN;
    }
    if (value >= lo && value <= hi) return value;
    snprintf(why, sizeof why, "lies outside %g to %g", lo, hi);
    pb__refuse(t, k, why);
    return (double)NAN;
}

int32_t pb__take_ms(pb__table *t, int k)
{
    int64_t ms = 0;
    if (!usable(t, k, pb__cell_ms(pb__field(t, k), &ms), "is not a time")) return PB_MS_NONE;
    if (ms >= 0 && ms <= PB__MS_LIMIT) return (int32_t)ms;
    pb__refuse(t, k, ms < 0 ? "is negative" : "is longer than eleven days");
    return PB_MS_NONE;
}

int32_t pb__need_ms(pb__table *t, int k)
{
    if (pb__field(t, k).len == 0) pb__refuse(t, k, "is missing");
    return pb__take_ms(t, k);
}

int64_t pb__need_epoch(pb__table *t, int k)
{
    int64_t seconds = 0;
    if (pb_span_to_i64(pb__field(t, k), &seconds) && seconds > 0 && seconds < INT64_C(7258118400))
        return seconds * 1000;
    pb__refuse(t, k, "is no number of seconds since 1970"); /* the bound is the year 2200 */
    return 0;
}

int8_t pb__take_bool(pb__table *t, int k)
{
    bool yes = false;
    if (!usable(t, k, pb__cell_bool(pb__field(t, k), &yes), "is neither true nor false")) return -1;
    return (int8_t)yes;
}

void pb__take_text(pb__table *t, int k, char *out, size_t cap)
{
    pb_span field = pb__field(t, k), kept = {field.at, 0};
    while (kept.len < field.len) {
        size_t step = pb_utf8_step((pb_span){field.at + kept.len, field.len - kept.len});
        if (step == 0 || kept.len + step >= cap) break;
        kept.len += step;
    }
    (void)pb_span_copy(kept, out, cap);
}

void pb__need_text(pb__table *t, int k, char *out, size_t cap)
{
    if (pb__field(t, k).len == 0) pb__refuse(t, k, "is missing");
    pb__take_text(t, k, out, cap);
}

void pb__take_driver(pb__table *t, int code, int name, char out[8])
{
    pb_span said  = pb__field(t, code);
    bool    coded = said.len > 0;
    int     from  = coded || name < 0 ? code : name;
    if (!coded) said = pb__field(t, name);
    const char *known = said.len ? pb_driver_code(said) : NULL;
    if (known) said = pb_span_of(known);
    if ((known || coded) && pb_span_copy(said, out, 8)) return;
    out[0] = '\0';
    pb__refuse(t, from, said.len ? "is no driver known here" : "is missing");
}

void pb__take_race(pb__table *t, int season, int round, int16_t *to_season, int16_t *to_round, bool *to_sprint)
{
    *to_season = season >= 0 ? (int16_t)pb__take_whole(t, season, 1950, 2200, t->season) : t->season;
    *to_round  = round >= 0 ? (int16_t)pb__take_whole(t, round, 1, 99, t->round) : t->round;
    *to_sprint = t->sprint;
}

/* ---- times and places ---- */

/* Exactly n digits. */
static bool take_digits(pb_span *at, int n, int64_t *out)
{
    *out = 0;
    if (at->len < (size_t)n) return false;
    for (int i = 0; i < n; i++) {
        if (at->at[i] < '0' || at->at[i] > '9') return false;
        *out = *out * 10 + (at->at[i] - '0');
    }
    *at = (pb_span){at->at + n, at->len - (size_t)n};
    return true;
}

static bool take_letter(pb_span *at, const char *any)
{
    if (at->len == 0 || !strchr(any, at->at[0]) || at->at[0] == '\0') return false;
    *at = (pb_span){at->at + 1, at->len - 1};
    return true;
}

static bool take_zone(pb_span *at, int64_t *minutes)
{
    int64_t h = 0, m = 0;
    *minutes = 0;
    if (at->len == 0 || take_letter(at, "Zz")) return true;
    bool minus = at->at[0] == '-';
    if (!take_letter(at, "+-") || !take_digits(at, 2, &h)) return false;
    (void)take_letter(at, ":");
    if (at->len > 0 && !take_digits(at, 2, &m)) return false;
    *minutes = minus ? -(h * 60 + m) : h * 60 + m;
    return h < 24 && m < 60;
}

bool pb__utc_of(pb_span text, int64_t *out)
{
    int64_t y, mo, d, h, mi, s, ms = 0, unit = 100, digit, zone;
    if (!take_digits(&text, 4, &y) || !take_letter(&text, "-") || !take_digits(&text, 2, &mo) ||
        !take_letter(&text, "-") || !take_digits(&text, 2, &d) || !take_letter(&text, "T ") ||
        !take_digits(&text, 2, &h) || !take_letter(&text, ":") || !take_digits(&text, 2, &mi) ||
        !take_letter(&text, ":") || !take_digits(&text, 2, &s))
        return false;
    if (take_letter(&text, "."))
        for (; take_digits(&text, 1, &digit); unit /= 10) ms += digit * unit;
    if (!take_zone(&text, &zone) || text.len > 0) return false;
    if (y < 1950 || y > 2200 || !pb__date_is_real((int32_t)y, (int32_t)mo, (int32_t)d) || h > 23 || mi > 59 || s > 60)
        return false;
    *out = ((pb__days_of((int32_t)y, (int32_t)mo, (int32_t)d) * 24 + h) * 60 + mi - zone) * 60000 + s * 1000 + ms;
    return true;
}

int64_t pb__take_utc(pb__table *t, int k)
{
    int64_t utc   = 0;
    pb_span field = pb__field(t, k);
    if (field.len > 0 && !pb__utc_of(field, &utc)) pb__refuse(t, k, "is not a time like 2023-06-04T13:05:22Z");
    return utc;
}

static bool race_of_name(pb_span name, int16_t *season, int16_t *round)
{
    int64_t y, r;
    if (!take_digits(&name, 4, &y) || !take_letter(&name, "_") || !take_digits(&name, 2, &r) ||
        !take_letter(&name, "_"))
        return false;
    *season = (int16_t)y;
    *round  = (int16_t)r;
    return y >= 1950 && y <= 2200 && r > 0;
}

bool pb_wire_race_of_path(const char *path, int16_t *season, int16_t *round, bool *sprint)
{
    bool found = false;
    for (const char *at = path; *at;) {
        pb_span part = {at, strcspn(at, "/")};
        if (race_of_name(part, season, round)) {
            const char *dot = memchr(part.at, '.', part.len);
            size_t      len = dot ? (size_t)(dot - part.at) : part.len;
            *sprint         = len > 7 && memcmp(part.at + len - 7, "_sprint", 7) == 0;
            found           = true;
        }
        at += part.len;
        while (*at == '/') at++;
    }
    return found;
}
