/* review_words.h - pieces of sentences about a stop. Shared inside narrate;
 * review_*.c only. */
#ifndef PB_NARRATE_REVIEW_WORDS_H
#define PB_NARRATE_REVIEW_WORDS_H

#include "pitboard/narrate_review.h"

/* Adds to a text within its bounds. */
void pb__review_add(char *out, size_t cap, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Letters and digits only: a code comes from a file and goes into Markdown. */
const char *pb__review_code(const pb_review *review, uint32_t car, char out[8]);
const char *pb__review_tyre(uint8_t compound);
const char *pb__review_flag(const pb_review_stop *stop);
void        pb__review_action(const pb_review_stop *stop, char *out, size_t cap);

#endif
