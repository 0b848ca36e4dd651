/* What newlib asks of the system. There are no files; the library's own heap serves printf of floats and nothing else. */
#include <errno.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/times.h>

#include "board.h"

extern char _libc_heap, _libc_heap_end;

void *_sbrk(ptrdiff_t more) {
  static char *end = &_libc_heap;
  if (more > &_libc_heap_end - end) {
    errno = ENOMEM;
    return (void *)-1;
  }
  char *begin = end;
  end += more;
  return begin;
}

int _open(const char *path, int flags, int mode) { (void)path, (void)flags, (void)mode; return -1; }
int _close(int file) { (void)file; return -1; }
int _read(int file, char *into, int length) { (void)file, (void)into, (void)length; return -1; }
int _write(int file, const char *from, int length) { (void)file, (void)from; return length; }
int _lseek(int file, int at, int from) { (void)file, (void)at, (void)from; return -1; }
int _fstat(int file, struct stat *into) { (void)file; into->st_mode = S_IFCHR; return 0; }
int _isatty(int file) { (void)file; return 1; }
int _kill(int process, int signal) { (void)process, (void)signal; return -1; }
int _gettimeofday(struct timeval *now, void *zone) { (void)zone; now->tv_sec = now->tv_usec = 0; return 0; }
clock_t _times(struct tms *used) { (void)used; return 0; }
int _getpid(void) { return 1; }
void _exit(int code) { board_exit((uint32_t)code); }
