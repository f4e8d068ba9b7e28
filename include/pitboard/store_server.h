/* pitboard/store_server.h - what a server keeps of its own: who may ask, what was asked
 * for, what was done. The same over SQLite and PostgreSQL, in the store's schema
 * (version 3), durable when committed.
 *
 * Tables (key first; times in seconds since 1970, *_us in microseconds):
 *   server_teams      team | created_s
 *   server_users      team, name | role, password, created_s, changed_s, generation
 *   server_keys       hash | team, name, role, by_user, created_s, expires_s, used_s      unique (team, name)
 *   server_refresh    hash | family, team, name, created_s, expires_s, used_s
 *   server_families   family | team, name, created_s, ended_s, why
 *   server_audit      id | at_us, team, name, address, route, target, status, trace         id: counted by the store
 *   server_jobs       id | kind, team, name, trace, state, progress, what, created_us, started_us, ended_us, tries,
 *                     input, result, error, owner
 *   server_sessions   id | team, spec, created_s, position, state                          (spec, position: JSON)
 *   server_calls      session, seq, car | team, at_us, lap, action, compound, target_lap, inputs, call, outcome,
 *                     by_user, settled_us, followed
 * Rows are written with pb_store_append_into (a row whose key is there is replaced) or
 * pb_store_change.
 *
 * Floor 2. Uses base. */
#ifndef PITBOARD_STORE_SERVER_H
#define PITBOARD_STORE_SERVER_H

#include "pitboard/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One INSERT, UPDATE or DELETE with ?1 .. ?n that both databases understand, inside begin
 * .. commit or on its own. *changed: rows it touched (may be NULL); what only one of two
 * may win (a token used once) is decided by it. */
pb_status pb_store_change(pb_store *store, const char *sql, const pb_value *values, uint32_t n, int64_t *changed,
                          pb_error *error);

/* Tables of the server; NULL past the last. Static. */
const char *pb_store_server_table(uint32_t i);

#ifdef __cplusplus
}
#endif
#endif
