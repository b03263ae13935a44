/* new_file.h: files that appear under their name whole, or not at all: whatever
   ends the program before, nobody takes half a file for a whole one. */
#ifndef DISCRECORDER_NEW_FILE_H
#define DISCRECORDER_NEW_FILE_H

#include <stdbool.h>

/* A descriptor for reading and writing, or -1 and errno; EEXIST: something is
   there already, be it a link. 'named': it has its name from the beginning, as
   the file system knows no other files. */
int new_file_open(const char *path, bool *named);

/* Give it its name, once it is on the disk. False: errno. A file that had its
   name keeps it then; who gives it up unlinks it. */
bool new_file_finish(int fd, const char *path, bool named);

/* Put the names in the folder of a file on the disk. */
void new_file_sync_folder(const char *path);

#endif
