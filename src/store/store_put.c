/* store_put: one row merged into one table.
 *
 *     insert; was it new?  -> added
 *     else read what is there, and field by field:
 *        nothing there     -> filled, with this source
 *        near enough       -> agreed
 *        else              -> conflict; the better source's value stays
 *     write back what changed, and that this origin told it too */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_internal.h"

#define NAME_MAX_BYTES 24
#define FIELDS_MAX 1024

struct pb_store_put {
    pb_store     *store;
    char          table[NAME_MAX_BYTES];
    uint32_t      n, n_keys;
    char          columns[PB__STORE_COLUMNS][NAME_MAX_BYTES];
    bool          key[PB__STORE_COLUMNS];
    double        slack[PB__STORE_COLUMNS];
    sqlite3_stmt *insert, *look, *update;
    pb_store_put *next;
};

/* What is in the table already, and what becomes of it. */
typedef struct merge {
    pb_value value[PB__STORE_COLUMNS];
    bool     changed[PB__STORE_COLUMNS];
    int64_t  from[PB__STORE_COLUMNS]; /* source of each field */
    int64_t  source, origins;
    bool     any, fields_changed;
    uint32_t conflicts, filled;
} merge;

/* ---- statements ---- */

static size_t list(char *to, size_t cap, size_t at, const pb_store_put *put, const char *form, int which)
{
    const char *between = "";
    for (uint32_t i = 0; i < put->n; i++) {
        if (which >= 0 && put->key[i] != (bool)which) continue;
        at += (size_t)snprintf(to + at, cap - at, "%s", between);
        at += (size_t)snprintf(to + at, cap - at, form, put->columns[i], i + 1);
        between = which == 1 ? " AND " : ", ";
    }
    return at;
}

static pb_status prepare_insert(pb_store_put *put, pb_error *error)
{
    char   sql[2048];
    size_t at = (size_t)snprintf(sql, sizeof sql, "INSERT INTO %s(", put->table);
    at        = list(sql, sizeof sql, at, put, "%s", -1);
    at += (size_t)snprintf(sql + at, sizeof sql - at, ", source, origins) VALUES(");
    for (uint32_t i = 0; i < put->n + 2; i++)
        at += (size_t)snprintf(sql + at, sizeof sql - at, "%s?%u", i ? ", " : "", i + 1);
    at += (size_t)snprintf(sql + at, sizeof sql - at, ") ON CONFLICT DO NOTHING");
    PB_ASSERT(at < sizeof sql);
    return pb__store_prepare(put->store, sql, &put->insert, error);
}

static pb_status prepare_look(pb_store_put *put, pb_error *error)
{
    char   sql[2048];
    size_t at = (size_t)snprintf(sql, sizeof sql, "SELECT ");
    at        = list(sql, sizeof sql, at, put, "%s", -1);
    at += (size_t)snprintf(sql + at, sizeof sql - at, ", source, origins, fields FROM %s WHERE ", put->table);
    at = list(sql, sizeof sql, at, put, "%s = ?%u", 1);
    PB_ASSERT(at < sizeof sql);
    return pb__store_prepare(put->store, sql, &put->look, error);
}

static pb_status prepare_update(pb_store_put *put, pb_error *error)
{
    char   sql[2048];
    size_t at = (size_t)snprintf(sql, sizeof sql, "UPDATE %s SET ", put->table);
    at        = list(sql, sizeof sql, at, put, "%s = ?%u", 0);
    at += (size_t)snprintf(sql + at, sizeof sql - at, "%sorigins = ?%u, fields = ?%u WHERE ",
                           put->n > put->n_keys ? ", " : "", put->n + 1, put->n + 2);
    at = list(sql, sizeof sql, at, put, "%s = ?%u", 1);
    PB_ASSERT(at < sizeof sql);
    return pb__store_prepare(put->store, sql, &put->update, error);
}

/* Which of the columns are the table's key; all of the key must be among them. */
static pb_status find_keys(pb_store_put *put, pb_error *error)
{
    pb_value       table = pb_value_text(put->table);
    pb_store_rows *rows;
    uint32_t       seen = 0, found = 0;
    pb_status      status;
    PB_TRY(pb_store_select(put->store, "SELECT name, pk FROM pragma_table_info(?1)", &table, 1, &rows, error));
    while ((status = pb_store_rows_next(rows, error)) == PB_OK) {
        char name[64];
        bool key = pb_store_column_i64(rows, 1, 0) > 0;
        pb_store_column_text(rows, 0, name, sizeof name);
        seen += key;
        for (uint32_t i = 0; i < put->n; i++)
            if (strcmp(put->columns[i], name) == 0) {
                put->key[i] = key;
                found++;
                put->n_keys += key;
            }
    }
    pb_store_rows_close(rows);
    if (status != PB_E_EMPTY) return status;
    if (found == put->n && put->n_keys == seen && seen > 0) return PB_OK;
    return pb_error_set(error, PB_E_SYNTAX,
                        "%s: its table %s was changed by another program (restore a backup: pitboard db restore)",
                        put->store->path, put->table);
}

static void put_free(pb_store_put *put)
{
    sqlite3_finalize(put->insert);
    sqlite3_finalize(put->look);
    sqlite3_finalize(put->update);
    free(put);
}

void pb__store_free_puts(pb_store *store)
{
    while (store->puts) {
        pb_store_put *next = store->puts->next;
        put_free(store->puts);
        store->puts = next;
    }
}

static pb_store_put *find_put(pb_store *store, const char *table, const char *const *columns, uint32_t n)
{
    for (pb_store_put *put = store->puts; put; put = put->next) {
        bool same = put->n == n && strcmp(put->table, table) == 0;
        for (uint32_t i = 0; same && i < n; i++) same = strcmp(put->columns[i], columns[i]) == 0;
        if (same) return put;
    }
    return NULL;
}

pb_status pb_store_put_into(pb_store *store, const char *table, const char *const *columns, uint32_t n,
                            pb_store_put **out, pb_error *error)
{
    PB_ASSERT(n > 0 && n <= PB__STORE_COLUMNS - 2);
    *out = find_put(store, table, columns, n);
    if (*out) return PB_OK;
    pb_store_put *put = calloc(1, sizeof *put);
    if (!put) return pb_error_set(error, PB_E_NOMEM, "out of memory");
    put->store = store;
    put->n     = n;
    (void)snprintf(put->table, sizeof put->table, "%s", table);
    for (uint32_t i = 0; i < n; i++) {
        (void)snprintf(put->columns[i], sizeof put->columns[i], "%s", columns[i]);
        put->slack[i] = pb__store_slack(table, columns[i]);
    }
    pb_status status = find_keys(put, error);
    if (status == PB_OK) status = prepare_insert(put, error);
    if (status == PB_OK) status = prepare_look(put, error);
    if (status == PB_OK) status = prepare_update(put, error);
    if (status != PB_OK) {
        put_free(put);
        return status;
    }
    put->next   = store->puts;
    store->puts = put;
    *out        = put;
    return PB_OK;
}

/* ---- fields: "position:12 stint:12" ---- */

static void read_fields(const pb_store_put *put, const char *text, merge *m)
{
    for (uint32_t i = 0; i < put->n; i++) m->from[i] = m->source;
    while (text && *text) {
        size_t  len = strcspn(text, " "), name = strcspn(text, ":");
        int64_t source = 0;
        if (name < len && pb_span_to_i64((pb_span){text + name + 1, len - name - 1}, &source))
            for (uint32_t i = 0; i < put->n; i++)
                if (strlen(put->columns[i]) == name && memcmp(put->columns[i], text, name) == 0) m->from[i] = source;
        text += len + (text[len] == ' ');
    }
}

/* Columns of other writers into this table keep their entry. */
static void carry_over(const pb_store_put *put, const char *text, char *out, size_t cap)
{
    size_t at = 0;
    out[0]    = '\0';
    while (text && *text) {
        size_t len = strcspn(text, " "), name = strcspn(text, ":");
        bool   mine = false;
        for (uint32_t i = 0; i < put->n; i++)
            mine = mine || (strlen(put->columns[i]) == name && memcmp(put->columns[i], text, name) == 0);
        if (!mine && at + len + 2 < cap) {
            memcpy(out + at, text, len);
            at += len;
            out[at++] = ' ';
            out[at]   = '\0';
        }
        text += len + (text[len] == ' ');
    }
}

static void write_fields(const pb_store_put *put, const merge *m, char *out, size_t cap)
{
    size_t at = strlen(out);
    for (uint32_t i = 0; i < put->n && at + 64 < cap; i++)
        if (m->from[i] != m->source && m->value[i].kind != PB_VALUE_NULL)
            at += (size_t)snprintf(out + at, cap - at, "%s:%lld ", put->columns[i], (long long)m->from[i]);
    if (at > 0) out[at - 1] = '\0';
}

/* ---- comparing ---- */

static double number_of(const pb_value *value)
{
    return value->kind == PB_VALUE_I64 ? (double)value->i64 : value->f64;
}

static bool agree(const pb_value *a, const pb_value *b, double slack)
{
    if (isinf(slack)) return true;
    if (a->kind == PB_VALUE_TEXT || b->kind == PB_VALUE_TEXT)
        return a->kind == b->kind && pb_span_equal(a->text, b->text);
    return fabs(number_of(a) - number_of(b)) <= slack;
}

static void text_of(const pb_value *value, char *out, size_t cap)
{
    if (value->kind == PB_VALUE_TEXT)
        (void)pb_span_copy(value->text, out, cap);
    else if (value->kind == PB_VALUE_I64)
        (void)snprintf(out, cap, "%lld", (long long)value->i64);
    else
        (void)snprintf(out, cap, "%.10g", value->f64);
}

static const char *origin_name(pb_store *store, int64_t source)
{
    int origin = pb__store_origin_of(store, source);
    return origin >= 0 && origin < store->n_origins ? store->origins[origin] : "?";
}

/* ---- conflicts ---- */

static void key_of(const pb_store_put *put, const pb_value *values, char *out, size_t cap)
{
    size_t at = 0;
    for (uint32_t i = 0; i < put->n && at < cap; i++) {
        char one[128];
        if (!put->key[i]) continue;
        text_of(&values[i], one, sizeof one);
        at += (size_t)snprintf(out + at, cap - at, "%s%s", at ? " " : "", one);
    }
}

typedef struct verdict {
    char        table[NAME_MAX_BYTES], key[256], kept[256], other[256], rule[128];
    const char *field;
    int64_t     kept_source, other_source;
} verdict;

static pb_status step_done(pb_store *store, sqlite3_stmt *statement, pb_error *error)
{
    int code = sqlite3_step(statement);
    (void)sqlite3_reset(statement);
    return code == SQLITE_DONE ? PB_OK : pb__store_fail(store, "writing", error);
}

static pb_status with_names(pb_store *store, const char *sql, sqlite3_stmt **statement, const verdict *v,
                            pb_error *error)
{
    if (!*statement) PB_TRY(pb__store_prepare(store, sql, statement, error));
    const char *texts[] = {v->table, v->key, v->field, v->kept};
    for (int i = 0; i < 4; i++) (void)sqlite3_bind_text(*statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(*statement, 5, v->kept_source);
    return PB_OK;
}

/* Notes both values. When the new one won, older conflicts of the field are now
 * with it, and those it agrees with are settled. */
static pb_status note(pb_store *store, const verdict *v, bool replaced, pb_error *error)
{
    if (replaced) {
        PB_TRY(with_names(store,
                          "UPDATE conflicts SET kept = ?4, kept_source = ?5 WHERE tbl = ?1 AND key = ?2 AND field = ?3",
                          &store->reconcile, v, error));
        PB_TRY(step_done(store, store->reconcile, error));
        PB_TRY(with_names(
            store,
            "DELETE FROM conflicts WHERE tbl = ?1 AND key = ?2 AND field = ?3 AND (other = ?4 OR other_source = ?5)",
            &store->settle, v, error));
        PB_TRY(step_done(store, store->settle, error));
    }
    PB_TRY(with_names(store,
                      "INSERT OR REPLACE INTO conflicts(tbl, key, field, kept, kept_source, other, other_source, rule) "
                      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                      &store->conflict, v, error));
    (void)sqlite3_bind_text(store->conflict, 6, v->other, -1, SQLITE_TRANSIENT);
    (void)sqlite3_bind_int64(store->conflict, 7, v->other_source);
    (void)sqlite3_bind_text(store->conflict, 8, v->rule, -1, SQLITE_TRANSIENT);
    return step_done(store, store->conflict, error);
}

/* True when the incoming value is to stand. */
static bool decide(const pb_store_put *put, int64_t there, char *rule, size_t cap)
{
    pb_store   *store = put->store;
    const char *old = origin_name(store, there), *new = origin_name(store, store->source);
    int         a = pb__store_rank(put->table, old), b = pb__store_rank(put->table, new);
    if (there == store->source) {
        (void)snprintf(rule, cap, "told twice in one file: the first stays");
        return false;
    }
    if (strcmp(old, new) == 0) {
        (void)snprintf(rule, cap, "both from %s: the later import stays", old);
        return true;
    }
    if (a == b) {
        bool wins = strcmp(new, old) < 0;
        (void)snprintf(rule, cap, "%s and %s are alike for %s: the first by name stays", old, new, put->table);
        return wins;
    }
    (void)snprintf(rule, cap, "%s before %s for %s", a < b ? old : new, a < b ? new : old, put->table);
    return b < a;
}

static pb_status disagree(const pb_store_put *put, uint32_t i, const pb_value *values, merge *m, pb_error *error)
{
    verdict v = {.field = put->columns[i]};
    (void)snprintf(v.table, sizeof v.table, "%s", put->table);
    key_of(put, values, v.key, sizeof v.key);
    bool wins      = decide(put, m->from[i], v.rule, sizeof v.rule);
    v.kept_source  = wins ? put->store->source : m->from[i];
    v.other_source = wins ? m->from[i] : put->store->source;
    text_of(wins ? &values[i] : &m->value[i], v.kept, sizeof v.kept);
    text_of(wins ? &m->value[i] : &values[i], v.other, sizeof v.other);
    m->conflicts++;
    if (wins) {
        m->value[i]   = values[i];
        m->from[i]    = put->store->source;
        m->changed[i] = m->any = m->fields_changed = true;
    }
    return note(put->store, &v, wins, error);
}

/* ---- a row ---- */

/* What a better source has said as well rests on that one from now on, so that
 * a third is weighed against it. */
static bool rests_better(const pb_store_put *put, int64_t there)
{
    char rule[128];
    return there != put->store->source && decide(put, there, rule, sizeof rule);
}

static pb_status merge_field(const pb_store_put *put, uint32_t i, const pb_value *values, merge *m, pb_error *error)
{
    if (put->key[i] || values[i].kind == PB_VALUE_NULL) return PB_OK;
    bool missing = m->value[i].kind == PB_VALUE_NULL;
    if (!missing && !agree(&m->value[i], &values[i], put->slack[i])) return disagree(put, i, values, m, error);
    if (!missing && !rests_better(put, m->from[i])) return PB_OK;
    m->value[i]   = values[i];
    m->from[i]    = put->store->source;
    m->changed[i] = m->any = m->fields_changed = true;
    m->filled += missing;
    return PB_OK;
}

static pb_status write_back(const pb_store_put *put, const merge *m, const char *fields, pb_error *error)
{
    for (uint32_t i = 0; i < put->n; i++) pb__store_bind(put->update, (int)i + 1, &m->value[i]);
    (void)sqlite3_bind_int64(put->update, (int)put->n + 1, m->origins);
    pb_value text = pb_value_text(fields);
    pb__store_bind(put->update, (int)put->n + 2, &text);
    return step_done(put->store, put->update, error);
}

/* Texts of the row that was looked up live as long as `look` is not reset. */
static pb_status merge_row(const pb_store_put *put, const pb_value *values, pb_error *error)
{
    pb_store *store = put->store;
    merge     m     = {0};
    char      fields[FIELDS_MAX];
    for (uint32_t i = 0; i < put->n; i++) m.value[i] = pb__store_value(put->look, (int)i);
    m.source          = sqlite3_column_int64(put->look, (int)put->n);
    m.origins         = sqlite3_column_int64(put->look, (int)put->n + 1);
    const char *known = (const char *)sqlite3_column_text(put->look, (int)put->n + 2);
    read_fields(put, known, &m);
    carry_over(put, known, fields, sizeof fields);

    for (uint32_t i = 0; i < put->n; i++) PB_TRY(merge_field(put, i, values, &m, error));
    int64_t bit        = INT64_C(1) << store->source_origin;
    bool    new_origin = !(m.origins & bit);
    m.origins |= bit;
    store->counts.conflicts += m.conflicts;
    store->counts.filled += m.filled > 0;
    store->counts.agreed += m.conflicts == 0;
    if (!m.any && !new_origin) return PB_OK;
    write_fields(put, &m, fields, sizeof fields);
    return write_back(put, &m, fields, error);
}

static pb_status look_and_merge(pb_store_put *put, const pb_value *values, pb_error *error)
{
    for (uint32_t i = 0; i < put->n; i++)
        if (put->key[i]) pb__store_bind(put->look, (int)i + 1, &values[i]);
    int       code   = sqlite3_step(put->look);
    pb_status status = code == SQLITE_ROW    ? merge_row(put, values, error)
                       : code == SQLITE_DONE ? pb_error_set(error, PB_E_RANGE, "%s: a row of %s is told with two keys",
                                                            put->store->path, put->table)
                                             : pb__store_fail(put->store, "reading", error);
    (void)sqlite3_reset(put->look);
    return status;
}

pb_status pb_store_put_row(pb_store_put *put, const pb_value *values, pb_error *error)
{
    pb_store *store = put->store;
    PB_ASSERT(store->source);
    for (uint32_t i = 0; i < put->n; i++) pb__store_bind(put->insert, (int)i + 1, &values[i]);
    (void)sqlite3_bind_int64(put->insert, (int)put->n + 1, store->source);
    (void)sqlite3_bind_int64(put->insert, (int)put->n + 2, (sqlite3_int64)1 << store->source_origin);
    PB_TRY(step_done(store, put->insert, error));
    if (sqlite3_changes(store->db) > 0) {
        store->counts.added++;
        return PB_OK;
    }
    return look_and_merge(put, values, error);
}
