/* profiles.h - the book of profiles that a server keeps: read once, and again when an import changed the store. */
#ifndef PB_API_PROFILES_H
#define PB_API_PROFILES_H

#include "data.h"
#include "pitboard/predict_profile.h"

typedef struct pb__profiles_book pb__profiles_book;

/* The book of the store as it is now; held until given back. Who comes while it is read waits for it. */
pb_status pb__profiles_hold(pb_profiles *profiles, pb_store *store, pb__profiles_book **out, pb_error *error);
void      pb__profiles_drop(pb__profiles_book *book);
const pb_profile_book *pb__profiles_of(const pb__profiles_book *book);
pb_data               *pb__profiles_data(const pb_profiles *profiles);

#endif
