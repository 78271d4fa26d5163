/* Whole files: read with a ceiling, replaced in one step. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"

/* Reads a plain file of at most ceiling bytes; *ret_bytes ends with a NUL that is not counted. With own, it
 * is one of ours and may be reached through links; otherwise a stranger made it, and a link or a FIFO is
 * refused. */
bool file_read(const char *path, size_t ceiling, bool own, struct arena *arena, const char **ret_bytes,
               size_t *ret_length, struct error *error);

/* Writes a file aside and renames it into place: others see the old file or the new one, never a part, and
 * a full disk leaves the old one. */
bool file_replace(const char *path, const void *bytes, size_t length, struct error *error);

/* Makes a folder and its parents, for the user's eyes only. One that is there already is fine. */
bool folder_make(const char *path, struct error *error);

bool write_whole(int descriptor, const void *bytes, size_t length); /* all of it, or false with errno */
