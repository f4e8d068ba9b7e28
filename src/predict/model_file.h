/* model_file.h - the layout of a model file, for its writer and its reader
 * (docs/formats/model.md). Little-endian throughout.
 *
 *     0   8  "PBMODEL1"
 *     8   4  bytes of the header
 *     12  4  CRC-32 of the header
 *     16  .  header, a JSON object
 *     then as many sections as the header says, and nothing after them:
 *     0  48  name, padded with NUL
 *     48  4  kind: 1 numbers, 2 forest, 3 text
 *     52  4  CRC-32 of the bytes
 *     56  8  how many bytes
 *     64  .  the bytes
 */
#ifndef PB_MODEL_FILE_H
#define PB_MODEL_FILE_H

#include "model_bag.h"
#include "pitboard/codec.h"
#include "pitboard/predict_registry.h"

#define PB__MODEL_MAGIC "PBMODEL1"
#define PB__MODEL_FORMAT 1
#define PB__MODEL_FRONT 16   /* bytes before the header */
#define PB__SECTION_FRONT 64 /* bytes before a section's own */
#define PB__MODEL_HEADER_MAX (64u << 10)
#define PB__MODEL_SECTIONS_MAX 4096

/* The header, one line of JSON with a line feed. */
void pb__model_header_write(const pb_model *model, FILE *to);
/* *sections and *model are written as they are read; model->kind and meta. */
pb_status pb__model_header_read(pb_span text, const char *name, pb_model *model, size_t *sections, pb_error *error);

#endif
