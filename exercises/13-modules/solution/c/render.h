/* How amounts of money look. */
#ifndef RENDER_H
#define RENDER_H

/* An amount of money as text. To print one: printf("%s\n", money(1250).text) */
struct amount {
    char text[32];
};

struct amount money(long long cents);

#endif
