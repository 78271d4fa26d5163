/* The rates that may change without anybody touching the code. */
#ifndef RATES_H
#define RATES_H

#include <stdbool.h>

/* Reads the tax, in percent, from rates.json, which lies beside the program, wherever it is started.
 * Returns false, with a message on standard error, when that fails. */
bool read_tax_percent(long long *ret_percent);

#endif
