/* Counts the calls by which this process changes files, and fails at one: loaded with LD_PRELOAD by deep.py, so that the database's own writes are met too.
 * mode 1: the process dies before the call. 2: half of a write is done and the process dies. 3: no room, once. 4: an I/O error from here on.
 * 5: no room from here on: nothing grows any more, what is there can be renamed and removed.
 * A process that knows nothing of this: while the file named by XIELI_FULL is there, the disk is full. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static long at = -1, seen = 0, syncs = 0;
static int mode = 0, watching = 0;

void xieli_watch(long point, int how) { at = point; mode = how; seen = 0; syncs = 0; watching = 1; }
void xieli_rest(void) { watching = 0; }
long xieli_seen(void) { return seen; }
long xieli_marks(void) { return syncs; }

static char marks[1 << 16];
/* which of the calls were no plain writes: one letter a call */
char xieli_letter(long n) { return n >= 0 && n < (long)sizeof marks ? marks[n] : 0; }

/* 0: go on; else the call fails with errno set. `half` tells a write to do half. */
/* only files are on the disk that is full: pipes and terminals go on */
static int grows(int fd) { struct stat s; return fstat(fd, &s) == 0 && S_ISREG(s.st_mode); }

static int full(char letter) {
    static const char *path; static int asked;
    if (!asked) { path = getenv("XIELI_FULL"); asked = 1; }
    return path && (letter == 'w' || letter == 'm') && access(path, F_OK) == 0;
}

static int step(char letter, int fd, int *half) {
    if ((fd < 0 || fd > 2) && full(letter) && (letter != 'w' || grows(fd))) { errno = ENOSPC; return 1; }
    if (!watching || (fd >= 0 && fd <= 2)) return 0;
    long now = seen++;
    if (now < (long)sizeof marks) marks[now] = letter;
    if (letter != 'w') syncs++;
    if (at < 0 || now < at) return 0;
    if (now == at) {
        if (mode == 1) _exit(137);
        if (mode == 2) { if (letter == 'w') { *half = 1; return 0; } _exit(137); }
        if (mode == 3) { errno = ENOSPC; return 1; }
    }
    if (mode == 4) { errno = EIO; return 1; }
    if (mode == 5 && (letter == 'm' || (letter == 'w' && grows(fd)))) { errno = ENOSPC; return 1; }
    return 0;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *b, size_t n) {
    REAL(write); int half = 0;
    if (step('w', fd, &half)) return -1;
    if (half) { real(fd, b, n / 2); _exit(137); }
    return real(fd, b, n);
}
ssize_t pwrite(int fd, const void *b, size_t n, off_t o) {
    REAL(pwrite); int half = 0;
    if (step('w', fd, &half)) return -1;
    if (half) { real(fd, b, n / 2, o); _exit(137); }
    return real(fd, b, n, o);
}
ssize_t pwrite64(int fd, const void *b, size_t n, off64_t o) {
    REAL(pwrite64); int half = 0;
    if (step('w', fd, &half)) return -1;
    if (half) { real(fd, b, n / 2, o); _exit(137); }
    return real(fd, b, n, o);
}
int fsync(int fd) { REAL(fsync); int h; return step('s', fd, &h) ? -1 : real(fd); }
int fdatasync(int fd) { REAL(fdatasync); int h; return step('s', fd, &h) ? -1 : real(fd); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); int h; return step('t', fd, &h) ? -1 : real(fd, n); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); int h; return step('t', fd, &h) ? -1 : real(fd, n); }
int rename(const char *a, const char *b) { REAL(rename); int h; return step('r', -1, &h) ? -1 : real(a, b); }
int unlink(const char *a) { REAL(unlink); int h; return step('u', -1, &h) ? -1 : real(a); }
int rmdir(const char *a) { REAL(rmdir); int h; return step('u', -1, &h) ? -1 : real(a); }
static int over(void) { return (watching && mode == 5 && at >= 0 && seen > at) || full('m'); }
int statvfs(const char *p, struct statvfs *s) { REAL(statvfs); int r = real(p, s); if (!r && over()) s->f_bavail = s->f_bfree = 0; return r; }
int statvfs64(const char *p, struct statvfs64 *s) { REAL(statvfs64); int r = real(p, s); if (!r && over()) s->f_bavail = s->f_bfree = 0; return r; }
int mkdir(const char *a, mode_t m) { REAL(mkdir); int h; return step('m', -1, &h) ? -1 : real(a, m); }
