/* Folders that are there whole or not at all.
 *
 * A folder is built aside, under a hidden name beside its place, and renamed into it, which the kernel does as a whole
 * or refuses because something is there. The one who builds holds a lock on the folder aside; so one that nobody holds
 * was left by a killed program, and the next that builds there sweeps it away.
 *
 * Putting a new folder in the place of an old one is one rename too: the two change places, so at no moment is there
 * none, and the old one's content is never under a name that anybody sweeps. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/tree.h"

/* Makes folder, and its parents, with the tree's content. What is there already is not touched: the error says so. */
bool folder_place(const struct tree *tree, const char *folder, struct error *error);

/* Puts the tree's content in the place of a folder that is there, which becomes backup, beside it. backup must not be
 * there; *ret_taken says whether that was why it failed. */
bool folder_swap(const struct tree *tree, const char *folder, const char *backup, bool *ret_taken,
                 struct error *error);

/* Removes a folder with all that is in it; one that is not there is fine. */
void folder_remove(const char *folder);
