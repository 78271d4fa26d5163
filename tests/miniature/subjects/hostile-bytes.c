/* verdict: hello failed
 * at: /lines/0 */
#include <stdio.h>

int main(void) {
    fputs("\033]0;title\007\033[2J\x9b\xff\xe2\x80\xae hello\n", stdout);
    fputs("\033]52;c;aGk=\007\n", stderr);
    return 0;
}
