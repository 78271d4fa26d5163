#ifndef GREET_H
#define GREET_H

/* Greets somebody; the title is empty or ends with a blank. */
void greet(const char *title, const char *name, const char *town);

#endif
