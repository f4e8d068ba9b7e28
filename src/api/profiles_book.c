/* The book of profiles, kept between requests. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "profiles.h"

struct pb__profiles_book {
    pb_profile_book book;
    uint64_t        mark;
    atomic_uint     holders; /* the keeper is one */
};

struct pb_profiles {
    pb_data           *data;
    pthread_mutex_t    lock;    /* of `now`, for moments */
    pthread_mutex_t    reading; /* one reads, others wait for what it finds */
    pb__profiles_book *now;
};

pb_status pb_profiles_open(pb_data *data, pb_profiles **out, pb_error *error)
{
    pb_profiles *profiles = calloc(1, sizeof *profiles);
    if (!profiles) return pb_error_set(error, PB_E_NOMEM, "out of memory for the profiles");
    profiles->data = data;
    (void)pthread_mutex_init(&profiles->lock, NULL);
    (void)pthread_mutex_init(&profiles->reading, NULL);
    *out = profiles;
    return PB_OK;
}

void pb__profiles_drop(pb__profiles_book *book)
{
    if (!book || atomic_fetch_sub(&book->holders, 1) > 1) return;
    pb_profile_book_fini(&book->book);
    free(book);
}

void pb_profiles_close(pb_profiles *profiles)
{
    if (!profiles) return;
    pb__profiles_drop(profiles->now);
    (void)pthread_mutex_destroy(&profiles->lock);
    (void)pthread_mutex_destroy(&profiles->reading);
    free(profiles);
}

const pb_profile_book *pb__profiles_of(const pb__profiles_book *book)
{
    return &book->book;
}

pb_data *pb__profiles_data(const pb_profiles *profiles)
{
    return profiles->data;
}

/* What is kept, whatever its mark; NULL nothing. */
static pb__profiles_book *kept(pb_profiles *profiles)
{
    (void)pthread_mutex_lock(&profiles->lock);
    pb__profiles_book *book = profiles->now;
    if (book) atomic_fetch_add(&book->holders, 1);
    (void)pthread_mutex_unlock(&profiles->lock);
    return book;
}

static pb__profiles_book *kept_as(pb_profiles *profiles, uint64_t mark)
{
    pb__profiles_book *book = kept(profiles);
    if (!book || book->mark == mark) return book;
    pb__profiles_drop(book);
    return NULL;
}

static void keep(pb_profiles *profiles, pb__profiles_book *book)
{
    atomic_fetch_add(&book->holders, 1);
    (void)pthread_mutex_lock(&profiles->lock);
    pb__profiles_book *old = profiles->now;
    profiles->now          = book;
    (void)pthread_mutex_unlock(&profiles->lock);
    pb__profiles_drop(old);
}

static pb_status read_book(pb_profiles *profiles, pb_store *store, uint64_t mark, pb__profiles_book **out,
                           pb_error *error)
{
    pb__profiles_book *book = calloc(1, sizeof *book);
    if (!book) return pb_error_set(error, PB_E_NOMEM, "out of memory for the profiles");
    book->mark = mark;
    atomic_store(&book->holders, 1);
    pb__profiles_book *before = kept(profiles);
    pb_status          status = pb_profile_book_read(store, 0, 0, before ? &before->book : NULL, &book->book, error);
    pb__profiles_drop(before);
    if (status != PB_OK) {
        free(book);
        return status;
    }
    keep(profiles, book);
    *out = book;
    return PB_OK;
}

pb_status pb__profiles_hold(pb_profiles *profiles, pb_store *store, pb__profiles_book **out, pb_error *error)
{
    uint64_t mark = 0;
    PB_TRY(pb_profile_store_mark(store, &mark, error));
    *out = kept_as(profiles, mark);
    if (*out) return PB_OK;
    (void)pthread_mutex_lock(&profiles->reading);
    *out             = kept_as(profiles, mark);
    pb_status status = *out ? PB_OK : read_book(profiles, store, mark, out, error);
    (void)pthread_mutex_unlock(&profiles->reading);
    return status;
}
