/* folder.h: folders of plain files, for oom.c. Paths have at most FOLDER_PATH
   bytes. What cannot be done ends the program: it is no part of what is tried.
 */
#ifndef DISCRECORDER_FOLDER_H
#define DISCRECORDER_FOLDER_H

#define FOLDER_PATH 256

/* Make it. */
void folder_make(const char *path);
/* Remove what is in it, folders in it too. */
void folder_empty(const char *path);
/* Copy the files of one to another; holes stay holes. */
void folder_copy(const char *from, const char *to);
/* The entries in it, "." and ".." among them. */
long folder_entries(const char *path);

#endif
