/* SPDX-License-Identifier: MIT
 * header_alone.c - HEADER is complete by itself: nothing is included before it. */
#include HEADER

#ifdef TALWEG_H
static int call(void)
{
    static tw_options options; /* zeroed: the defaults */
    const char *version = tw_version();
    tw_session *session = tw_open(&options);
    tw_close(session);
    return session != 0 && version[0] != '\0' ? 0 : 1;
}
#else
static int call(void)
{
    return descent_methods()[0] != 0 && descent_searches()[0] != 0 ? 0 : 1;
}
#endif

int main(void)
{
    return call();
}
