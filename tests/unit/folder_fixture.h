/* folder_fixture.h - a folder of a test, and its end. */
#ifndef PB_TEST_FOLDER_FIXTURE_H
#define PB_TEST_FOLDER_FIXTURE_H

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

/* Removes a folder and the files in it; nothing when it is not there. */
static void forget(const char *dir)
{
    DIR *d = opendir(dir);
    if (!d) return;
    for (struct dirent *e; (e = readdir(d));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
        if (e->d_name[0] != '.') (void)unlink(path);
    }
    closedir(d);
    (void)rmdir(dir);
}

#endif
