/* route_sessions.h - what the routes of sessions share. */
#ifndef PB_API_ROUTE_SESSIONS_H
#define PB_API_ROUTE_SESSIONS_H

#include "pitboard/api_routes.h"

/* The session of the request's team, held; NULL and the status of pb_reply_problem when there is none. */
pb_session *pb__route_session(const pb_routes_sessions *with, pb_request *request, const char *id, pb_error *error);
/* A view as it is, packed when the client takes it. */
pb_status pb__route_view(pb_session *s, pb_view view, int16_t car, pb_reply *reply, pb_error *error);
/* One session as an object. */
void pb__route_put_session(pb_session *s, pb_json_writer *to);

pb_status pb__route_sessions_list(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_sessions_start(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_get(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_state(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_car(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_calls(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_call(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_laps(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_history(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_control(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_session_settle(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_telemetry(void *context, pb_request *request, pb_reply *reply, pb_error *error);
pb_status pb__route_events(void *context, pb_request *request, pb_reply *reply, pb_error *error);

#endif
