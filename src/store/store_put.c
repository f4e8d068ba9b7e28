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
    pb_store      *store;
    char           table[NAME_MAX_BYTES];
    uint32_t       n, n_keys;
    char           columns[PB__STORE_COLUMNS][NAME_MAX_BYTES];
    bool           key[PB__STORE_COLUMNS];
    double         slack[PB__STORE_COLUMNS];
    pb__statement *insert, *look, *update;
    pb_store_put  *next;
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
    return put->store->db->driver->prepare(put->store->db, sql, &put->insert, error);
}

static pb_status prepare_look(pb_store_put *put, pb_error *error)
{
    char   sql[2048];
    size_t at = (size_t)snprintf(sql, sizeof sql, "SELECT ");
    at        = list(sql, sizeof sql, at, put, "%s", -1);
    at += (size_t)snprintf(sql + at, sizeof sql - at, ", source, origins, fields FROM %s WHERE ", put->table);
    at = list(sql, sizeof sql, at, put, "%s = ?%u", 1);
    PB_ASSERT(at < sizeof sql);
    return put->store->db->driver->prepare(put->store->db, sql, &put->look, error);
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
    return put->store->db->driver->prepare(put->store->db, sql, &put->update, error);
}

/* Which of the columns are the table's key; all of the key must be among them. */
static pb_status find_keys(pb_store_put *put, pb_error *error)
{
    pb__column known[PB__STORE_COLUMNS];
    uint32_t   n, keys = 0, found = 0;
    PB_TRY(pb__db_columns(put->store->db, put->table, known, PB__STORE_COLUMNS, &n, error));
    for (uint32_t k = 0; k < n; k++) {
        keys += known[k].key;
        for (uint32_t i = 0; i < put->n; i++)
            if (strcmp(put->columns[i], known[k].name) == 0) {
                put->key[i] = known[k].key;
                found++;
                put->n_keys += known[k].key;
            }
    }
    if (found == put->n && put->n_keys == keys && keys > 0) return PB_OK;
    return pb__db_changed(put->store->db, put->table, error);
}

static void put_free(pb_store_put *put)
{
    pb__db_finalize(put->insert);
    pb__db_finalize(put->look);
    pb__db_finalize(put->update);
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

static pb_value text_value(const char *text)
{
    return (pb_value){.kind = PB_VALUE_TEXT, .text = pb_span_of(text)};
}

/* Values of the verdict in the order of the columns of conflicts; the statement is prepared when first used. */
static pb_status write_verdict(pb_store *store, const char *sql, pb__statement **statement, const verdict *v,
                               uint32_t n, pb_error *error)
{
    const pb__driver *driver   = store->db->driver;
    const pb_value    values[] = {text_value(v->table),          text_value(v->key),           text_value(v->field),
                                  text_value(v->kept),           pb_value_i64(v->kept_source), text_value(v->other),
                                  pb_value_i64(v->other_source), text_value(v->rule)};
    if (!*statement) PB_TRY(driver->prepare(store->db, sql, statement, error));
    for (uint32_t i = 0; i < n; i++) driver->bind(*statement, i + 1, &values[i]);
    return pb__db_done(*statement, error);
}

/* Notes both values. When the new one won, older conflicts of the field are now
 * with it, and those it agrees with are settled. */
static pb_status note(pb_store *store, const verdict *v, bool replaced, pb_error *error)
{
    static const char move[] =
        "UPDATE conflicts SET kept = ?4, kept_source = ?5 WHERE tbl = ?1 AND key = ?2 AND field = ?3";
    static const char settle[] =
        "DELETE FROM conflicts WHERE tbl = ?1 AND key = ?2 AND field = ?3 AND (other = ?4 OR other_source = ?5)";
    static const char add[] =
        "INSERT INTO conflicts(tbl, key, field, kept, kept_source, other, other_source, rule) "
        "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT(tbl, key, field, other_source) DO UPDATE SET "
        "kept = excluded.kept, kept_source = excluded.kept_source, other = excluded.other, rule = excluded.rule";
    if (replaced) {
        PB_TRY(write_verdict(store, move, &store->reconcile, v, 5, error));
        PB_TRY(write_verdict(store, settle, &store->settle, v, 5, error));
    }
    return write_verdict(store, add, &store->conflict, v, 8, error);
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
    const pb__driver *driver  = put->store->db->driver;
    pb_value          origins = pb_value_i64(m->origins), text = pb_value_text(fields);
    for (uint32_t i = 0; i < put->n; i++) driver->bind(put->update, i + 1, &m->value[i]);
    driver->bind(put->update, put->n + 1, &origins);
    driver->bind(put->update, put->n + 2, &text);
    return pb__db_done(put->update, error);
}

/* What the table says of the row, and who said it. `known` is its fields, as text. */
static merge read_row(const pb_store_put *put, char *known, size_t cap)
{
    const pb__driver *driver = put->store->db->driver;
    merge             m      = {0};
    for (uint32_t i = 0; i < put->n; i++) m.value[i] = driver->column(put->look, i);
    m.source     = driver->column(put->look, put->n).i64;
    m.origins    = driver->column(put->look, put->n + 1).i64;
    pb_value all = driver->column(put->look, put->n + 2);
    (void)pb_span_copy(all.kind == PB_VALUE_TEXT ? all.text : pb_span_of(""), known, cap);
    read_fields(put, known, &m);
    return m;
}

/* Texts of the row that was looked up live as long as `look` is not reset. */
static pb_status merge_row(const pb_store_put *put, const pb_value *values, pb_error *error)
{
    pb_store *store = put->store;
    char      known[FIELDS_MAX], fields[FIELDS_MAX];
    merge     m = read_row(put, known, sizeof known);
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

/* A parameter is a column's number: a database may want those that are not in the statement numbered anew. */
static pb_status look_and_merge(pb_store_put *put, const pb_value *values, pb_error *error)
{
    const pb__driver *driver = put->store->db->driver;
    for (uint32_t i = 0; i < put->n; i++)
        if (put->key[i]) driver->bind(put->look, i + 1, &values[i]);
    pb_status status = driver->step(put->look, error);
    if (status == PB_OK)
        status = merge_row(put, values, error);
    else if (status == PB_E_EMPTY)
        status =
            pb_error_set(error, PB_E_RANGE, "%s: a row of %s is told with two keys", put->store->db->where, put->table);
    driver->reset(put->look);
    return status;
}

pb_status pb_store_put_row(pb_store_put *put, const pb_value *values, pb_error *error)
{
    pb_store         *store  = put->store;
    const pb__driver *driver = store->db->driver;
    PB_ASSERT(store->source);
    pb_value source = pb_value_i64(store->source), origins = pb_value_i64(INT64_C(1) << store->source_origin);
    for (uint32_t i = 0; i < put->n; i++) driver->bind(put->insert, i + 1, &values[i]);
    driver->bind(put->insert, put->n + 1, &source);
    driver->bind(put->insert, put->n + 2, &origins);
    PB_TRY(pb__db_done(put->insert, error));
    if (driver->changes(put->insert) > 0) {
        store->counts.added++;
        return PB_OK;
    }
    return look_and_merge(put, values, error);
}
