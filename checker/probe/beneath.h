/* Files beneath a folder that a stranger writes to: the program's own, and $DATA_DIR.
 *
 * A path is walked one part at a time, no part may be a link and none leads upwards, and nothing but plain files is
 * opened, so neither a link nor a FIFO nor a folder that is swapped meanwhile can lead or hold us elsewhere. What fails
 * leaves errno, for whoever calls knows whose fault it is. */
#pragma once
#include "checker/base/text.h"

#include <sys/types.h>

/* Relative, and no part of it empty, "." or "..". */
bool beneath_fits(const char *path);

/* Opens (O_PATH) the folder that holds the last part of a path that fits; ret_name is that part. With make, makes the
 * folders on the way. -1 with errno. */
int beneath_parent(int top, const char *path, bool make, const char **ret_name);

/* Opens a plain file for reading. -1 with errno. */
int beneath_open(int top, const char *path);
/* Adds what is in a plain file, up to the text's ceiling. */
bool beneath_read(int top, const char *path, struct text *ret_text);
/* A new file with these bytes in place of whatever file or link is there; makes folders on the way. */
bool beneath_write(int top, const char *path, const void *bytes, size_t length, mode_t mode);
/* A folder, with those above it; fine if it is there. */
bool beneath_make_folder(int top, const char *path);
/* A file, or a folder with all that is in it; fine if nothing is there. */
bool beneath_remove(int top, const char *path);

/* Visits plain files, in no order, as long as visit returns true; leaves out folders whose name begins with a dot or is
 * node_modules, and what lies very deep. */
bool beneath_walk(int top, bool (*visit)(void *context, const char *path), void *context);
