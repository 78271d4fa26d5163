/* What things cost. All amounts are whole cents. */
#ifndef PRICING_H
#define PRICING_H

/* What so many pieces at so many cents each come to. */
long long line_total(long long cents, long long quantity);

/* An amount and the tax on it, which is rounded to the cent, half a cent up. */
long long with_tax(long long cents, long long percent);

#endif
