#include "rates.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool read_tax_percent(long long *ret_percent) {
    char path[PATH_MAX + sizeof "rates.json"];
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
    if (length < 0) {
        perror("/proc/self/exe");
        return false;
    }
    path[length] = '\0';
    strcpy(strrchr(path, '/') + 1, "rates.json");

    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return false;
    }
    char text[1000];
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);

    /* Enough of JSON for this one file. */
    char *member = strstr(text, "\"tax_percent\"");
    char *colon = member ? strchr(member, ':') : NULL;
    if (!colon) {
        fprintf(stderr, "%s has no tax_percent\n", path);
        return false;
    }
    *ret_percent = strtoll(colon + 1, NULL, 10);
    return true;
}
