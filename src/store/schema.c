/* schema: the statements that lead from one version to the next. What has been
 * released is never edited; a change is a new step at the end.
 *
 * The words are SQLite's; postgres_sql.c knows PostgreSQL's for them. What only
 * PostgreSQL shall see is a comment to SQLite: P for one without TimescaleDB, T for
 * one with it, X for both. */
#include <stddef.h>

#include "pitboard/store_server.h"
#include "store_internal.h"

/* Where a fact comes from: the file that told it first, all who told it, and
 * the fields that came from another file ("position:12 stint:12"). */
#define FACT "source INTEGER NOT NULL REFERENCES sources(source), origins INTEGER NOT NULL, fields TEXT"

static const char step_1[] =
    "CREATE TABLE origins("
    "  origin INTEGER PRIMARY KEY CHECK(origin BETWEEN 0 AND 61), name TEXT NOT NULL UNIQUE) STRICT;"
    "CREATE TABLE sources("
    "  source INTEGER PRIMARY KEY, path TEXT NOT NULL, form TEXT NOT NULL, format TEXT NOT NULL,"
    "  origin INTEGER NOT NULL REFERENCES origins(origin), licence TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL CHECK(length(sha256) = 64), about TEXT NOT NULL, bytes INTEGER NOT NULL, imported_ms "
    "INTEGER NOT NULL,"
    "  rows INTEGER NOT NULL DEFAULT 0, accepted INTEGER NOT NULL DEFAULT 0, quarantined INTEGER NOT NULL DEFAULT 0,"
    "  open INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0, agreed INTEGER NOT NULL DEFAULT 0,"
    "  filled INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,"
    "  page_what TEXT, page_from INTEGER, page_to INTEGER, page_of INTEGER,"
    "  UNIQUE(sha256, form, about)) STRICT;"
    "CREATE TABLE quarantine("
    "  source INTEGER NOT NULL REFERENCES sources(source), line INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;"
    "CREATE INDEX quarantine_source ON quarantine(source);"
    "CREATE TABLE conflicts("
    "  tbl TEXT NOT NULL, key TEXT NOT NULL, field TEXT NOT NULL, kept TEXT NOT NULL,"
    "  kept_source INTEGER NOT NULL REFERENCES sources(source), other TEXT NOT NULL,"
    "  other_source INTEGER NOT NULL REFERENCES sources(source), rule TEXT NOT NULL,"
    "  PRIMARY KEY(tbl, key, field, other_source)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE circuits("
    "  circuit TEXT PRIMARY KEY, ref TEXT, name TEXT, locality TEXT, country TEXT, lat_deg REAL, lon_deg REAL,"
    "  altitude_m REAL, length_m REAL CHECK(length_m > 0), " FACT ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE circuit_seasons("
    "  circuit TEXT NOT NULL REFERENCES circuits(circuit), season INTEGER NOT NULL, laps INTEGER, length_m REAL,"
    "  pit_loss_s REAL, hard TEXT, medium TEXT, soft TEXT, " FACT ","
    "  PRIMARY KEY(circuit, season)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE drivers("
    "  driver TEXT PRIMARY KEY, code TEXT, ref TEXT, forename TEXT, surname TEXT, nationality TEXT, born TEXT,"
    "  number INTEGER, " FACT ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE teams("
    "  team TEXT PRIMARY KEY, name TEXT, nationality TEXT, " FACT ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE names("
    "  kind TEXT NOT NULL CHECK(kind IN ('circuit', 'driver', 'team')), name TEXT NOT NULL, id TEXT NOT NULL, " FACT ","
    "  PRIMARY KEY(kind, name)) STRICT, WITHOUT ROWID;"

    "CREATE TABLE races("
    "  race INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, series TEXT NOT NULL, season INTEGER NOT NULL,"
    "  round INTEGER NOT NULL, sprint INTEGER NOT NULL CHECK(sprint IN (0, 1)), name TEXT, event TEXT,"
    "  circuit TEXT REFERENCES circuits(circuit), date TEXT, time TEXT, laps INTEGER, " FACT ") STRICT;"
    "CREATE UNIQUE INDEX races_key ON races(series, season, round, sprint);"
    "CREATE TABLE entries("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver), number INTEGER,"
    "  team TEXT REFERENCES teams(team), team_name TEXT, " FACT ", PRIMARY KEY(race, driver)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX entries_number ON entries(race, number);"
    "CREATE TABLE grids("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver),"
    "  grid INTEGER NOT NULL CHECK(grid BETWEEN 0 AND 99), " FACT ","
    "  PRIMARY KEY(race, driver)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE qualifying("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver), place INTEGER,"
    "  q1_ms INTEGER, q2_ms INTEGER, q3_ms INTEGER, " FACT ", PRIMARY KEY(race, driver)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE results("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver), place INTEGER,"
    "  place_text TEXT, status TEXT, points REAL, laps INTEGER, time_ms INTEGER, " FACT ","
    "  PRIMARY KEY(race, driver)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE laps("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver),"
    "  lap INTEGER NOT NULL CHECK(lap BETWEEN 1 AND 512), time_ms INTEGER CHECK(time_ms > 0), session_ms INTEGER,"
    "  end_utc_ms INTEGER, start_ms INTEGER, pit_in_ms INTEGER, pit_out_ms INTEGER, sector1_ms INTEGER,"
    "  sector2_ms INTEGER, sector3_ms INTEGER, position INTEGER, stint INTEGER, compound TEXT, compound_name TEXT,"
    "  tyre_age INTEGER, fresh INTEGER, status INTEGER, flag TEXT, speed_kph REAL, accurate INTEGER, deleted INTEGER,"
    "  generated INTEGER, " FACT ", PRIMARY KEY(race, driver, lap)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE stints("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver),"
    "  stint INTEGER NOT NULL, from_lap INTEGER, to_lap INTEGER, compound TEXT, age_at_start INTEGER, fresh INTEGER,"
    "  " FACT ", PRIMARY KEY(race, driver, stint), CHECK(to_lap >= from_lap)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE pit_stops("
    "  race INTEGER NOT NULL REFERENCES races(race), driver TEXT NOT NULL REFERENCES drivers(driver),"
    "  lap INTEGER NOT NULL, stop INTEGER, lane_ms INTEGER, still_ms INTEGER, utc_ms INTEGER, " FACT ","
    "  PRIMARY KEY(race, driver, lap)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE weather("
    "  race INTEGER NOT NULL REFERENCES races(race), utc INTEGER NOT NULL CHECK(utc IN (0, 1)), at_ms INTEGER NOT NULL,"
    "  air_degc REAL, track_degc REAL, humidity_pct REAL, pressure_mbar REAL, wind_mps REAL, wind_deg REAL,"
    "  rain INTEGER, " FACT ", PRIMARY KEY(race, utc, at_ms)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE race_control("
    "  race INTEGER NOT NULL REFERENCES races(race), utc_ms INTEGER NOT NULL, message TEXT NOT NULL, lap INTEGER,"
    "  number INTEGER, category TEXT, flag TEXT, scope TEXT, " FACT ","
    "  PRIMARY KEY(race, utc_ms, message)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE track_status("
    "  race INTEGER NOT NULL REFERENCES races(race), session_ms INTEGER NOT NULL, status INTEGER NOT NULL, " FACT ","
    "  PRIMARY KEY(race, session_ms, status)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE session_status("
    "  race INTEGER NOT NULL REFERENCES races(race), session_ms INTEGER NOT NULL, status TEXT NOT NULL, " FACT ","
    "  PRIMARY KEY(race, session_ms, status)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE lap_counts("
    "  race INTEGER NOT NULL REFERENCES races(race), lap INTEGER NOT NULL, session_ms INTEGER, total INTEGER, " FACT ","
    "  PRIMARY KEY(race, lap)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE interruptions("
    "  season INTEGER NOT NULL, event TEXT NOT NULL, kind TEXT NOT NULL CHECK(kind IN ('SC', 'VSC', 'RED')),"
    "  from_lap INTEGER NOT NULL, name TEXT, to_lap REAL, full_laps INTEGER, resumed INTEGER, cause TEXT,"
    "  race INTEGER REFERENCES races(race), " FACT ","
    "  PRIMARY KEY(season, event, kind, from_lap)) STRICT, WITHOUT ROWID;";

/* Live sessions. Rows of a session stand together; telemetry of one is a partition of its own. */
static const char step_2[] =
    "CREATE TABLE live_sessions("
    "  session TEXT PRIMARY KEY, name TEXT, type TEXT, circuit TEXT, season INTEGER, round INTEGER, started_us INTEGER,"
    "  own_car INTEGER, record TEXT, state TEXT) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_laps("
    "  session TEXT NOT NULL, car INTEGER NOT NULL, lap INTEGER NOT NULL, code TEXT, time_ms INTEGER, session_ms "
    "INTEGER,"
    "  pit_in_ms INTEGER, pit_out_ms INTEGER, sector1_ms INTEGER, sector2_ms INTEGER, sector3_ms INTEGER,"
    "  position INTEGER, stint INTEGER, compound TEXT, tyre_age INTEGER, fresh INTEGER, status INTEGER, accurate "
    "INTEGER,"
    "  deleted INTEGER, PRIMARY KEY(session, car, lap)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_events("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, at_us INTEGER, session_ms INTEGER, kind TEXT,"
    "  origin TEXT, car INTEGER, lap INTEGER, line TEXT, PRIMARY KEY(session, seq, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_stints("
    "  session TEXT NOT NULL, car INTEGER NOT NULL, stint INTEGER NOT NULL, compound TEXT, fresh INTEGER,"
    "  from_lap INTEGER, to_lap INTEGER, age_at_start INTEGER,"
    "  PRIMARY KEY(session, car, stint)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_weather("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, at_us INTEGER, session_ms INTEGER, air_degc "
    "REAL,"
    "  track_degc REAL, humidity_pct REAL, pressure_mbar REAL, wind_mps REAL, wind_deg REAL, rain INTEGER,"
    "  PRIMARY KEY(session, seq, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_messages("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, at_us INTEGER, session_ms INTEGER, lap INTEGER,"
    "  car INTEGER, category TEXT, flag TEXT, text TEXT, PRIMARY KEY(session, seq, n)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_windows("
    "  session TEXT NOT NULL, car INTEGER NOT NULL, kind INTEGER NOT NULL, from_us INTEGER NOT NULL, to_us INTEGER,"
    "  lap INTEGER, sector INTEGER, points INTEGER, schema TEXT, features BLOB,"
    "  PRIMARY KEY(session, car, kind, from_us)) STRICT, WITHOUT ROWID/*P PARTITION BY LIST (session)*/;"
    "/*X CREATE INDEX live_windows_time ON live_windows USING brin(from_us);*/"
    "CREATE TABLE live_predictions("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, car INTEGER NOT NULL, what TEXT NOT NULL, lap INTEGER, value TEXT,"
    "  PRIMARY KEY(session, seq, car, what)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_calls("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, car INTEGER NOT NULL, lap INTEGER, inputs TEXT, call TEXT,"
    "  outcome TEXT, PRIMARY KEY(session, seq, car)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_gaps("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, why TEXT, n INTEGER,"
    "  PRIMARY KEY(session, seq)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_chunks("
    "  session TEXT NOT NULL, car INTEGER NOT NULL, seq INTEGER NOT NULL, from_us INTEGER NOT NULL,"
    "  to_us INTEGER NOT NULL, points INTEGER NOT NULL, bytes BLOB NOT NULL,"
    "  PRIMARY KEY(session, car, seq/*T , from_us*/)) STRICT/*P PARTITION BY LIST (session)*/;"
    "/*X CREATE INDEX live_chunks_time ON live_chunks USING brin(from_us);"
    "ALTER TABLE live_chunks ALTER COLUMN bytes SET STORAGE EXTERNAL;*/" /* compressed already */
    "CREATE TABLE live_rollups("
    "  session TEXT NOT NULL, car INTEGER NOT NULL, seq INTEGER NOT NULL, name TEXT NOT NULL, from_us INTEGER NOT NULL,"
    "  to_us INTEGER NOT NULL, n INTEGER NOT NULL, least REAL, mean REAL, most REAL,"
    "  PRIMARY KEY(session, car, seq, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE live_applied(session TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "/*T SELECT create_hypertable('live_windows', 'from_us', chunk_time_interval => 86400000000);"
    "SELECT create_hypertable('live_chunks', 'from_us', chunk_time_interval => 86400000000);*/";

/* What a server keeps of its own (store_server.h). Columns of rows that are written a few at
 * a time may be null: an upsert that does not name them must pass. */
static const char step_3[] =
    "ALTER TABLE live_sessions ADD COLUMN team TEXT;"
    "CREATE TABLE server_teams(team TEXT PRIMARY KEY, created_s INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE server_users("
    "  team TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL CHECK(role IN ('viewer', 'engineer', 'admin')),"
    "  password TEXT, created_s INTEGER NOT NULL, changed_s INTEGER NOT NULL, generation INTEGER NOT NULL,"
    "  PRIMARY KEY(team, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE server_keys("
    "  hash TEXT PRIMARY KEY CHECK(length(hash) = 64), team TEXT NOT NULL, name TEXT NOT NULL,"
    "  role TEXT NOT NULL CHECK(role IN ('viewer', 'engineer', 'admin')), by_user TEXT, created_s INTEGER NOT NULL,"
    "  expires_s INTEGER, used_s INTEGER, UNIQUE(team, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE server_refresh("
    "  hash TEXT PRIMARY KEY CHECK(length(hash) = 64), family TEXT NOT NULL, team TEXT NOT NULL, name TEXT NOT NULL,"
    "  created_s INTEGER NOT NULL, expires_s INTEGER NOT NULL, used_s INTEGER) STRICT, WITHOUT ROWID;"
    "CREATE INDEX server_refresh_expires ON server_refresh(expires_s);"
    "CREATE TABLE server_families("
    "  family TEXT PRIMARY KEY, team TEXT NOT NULL, name TEXT NOT NULL, created_s INTEGER NOT NULL, ended_s INTEGER,"
    "  why TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX server_families_user ON server_families(team, name);"
    "CREATE INDEX server_families_ended ON server_families(ended_s);"
    "CREATE TABLE server_audit("
    "  id INTEGER PRIMARY KEY, at_us INTEGER NOT NULL, team TEXT, name TEXT, address TEXT, route TEXT, target TEXT,"
    "  status INTEGER, trace TEXT) STRICT;"
    "CREATE INDEX server_audit_team ON server_audit(team, id);"
    "CREATE TABLE server_jobs("
    "  id TEXT PRIMARY KEY, kind TEXT, team TEXT, name TEXT, trace TEXT, state TEXT, progress REAL, what TEXT,"
    "  created_us INTEGER, started_us INTEGER, ended_us INTEGER, tries INTEGER, input TEXT, result TEXT, error TEXT,"
    "  owner TEXT) STRICT, WITHOUT ROWID;"
    "CREATE INDEX server_jobs_team ON server_jobs(team, created_us);"
    "CREATE INDEX server_jobs_state ON server_jobs(state, created_us);"
    "CREATE TABLE server_sessions("
    "  id TEXT PRIMARY KEY, team TEXT, spec TEXT, created_s INTEGER, position TEXT, state TEXT) STRICT, WITHOUT ROWID;"
    "CREATE TABLE server_calls("
    "  session TEXT NOT NULL, seq INTEGER NOT NULL, car INTEGER NOT NULL, team TEXT, at_us INTEGER, lap INTEGER,"
    "  action TEXT, compound TEXT, target_lap INTEGER, inputs TEXT, call TEXT, outcome TEXT, by_user TEXT,"
    "  settled_us INTEGER, followed TEXT, PRIMARY KEY(session, seq, car)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX server_calls_team ON server_calls(team, at_us);";

/* steps[v] leads from version v to v + 1. */
const char *const pb__store_steps[PB_STORE_VERSION] = {step_1, step_2, step_3};

static const char *const tables[] = {
    "races",        "circuits",     "circuit_seasons", "drivers",    "teams",         "names",     "entries",
    "grids",        "qualifying",   "results",         "laps",       "stints",        "pit_stops", "weather",
    "race_control", "track_status", "session_status",  "lap_counts", "interruptions",
};

const char *pb_store_table(uint32_t i)
{
    return i < sizeof tables / sizeof *tables ? tables[i] : NULL;
}

static const char *const live_tables[] = {
    "live_sessions", "live_laps",        "live_events", "live_stints", "live_weather", "live_messages", "live_windows",
    "live_chunks",   "live_predictions", "live_calls",  "live_gaps",   "live_rollups", "live_applied",
};

const char *pb_store_live_table(uint32_t i)
{
    return i < sizeof live_tables / sizeof *live_tables ? live_tables[i] : NULL;
}

static const char *const server_tables[] = {
    "server_teams", "server_users", "server_keys",     "server_refresh", "server_families",
    "server_audit", "server_jobs",  "server_sessions", "server_calls",
};

const char *pb_store_server_table(uint32_t i)
{
    return i < sizeof server_tables / sizeof *server_tables ? server_tables[i] : NULL;
}
