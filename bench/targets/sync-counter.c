/*
 * Preloaded into the server under test: counts fsync and fdatasync in the file named by
 * PARLEY_BENCH_SYNC_FILE (one 8-byte counter), and makes each take PARLEY_BENCH_SYNC_DELAY_US longer.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static uint64_t *counter;
static useconds_t delay_us;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void prepare(void) {
  const char *path = getenv("PARLEY_BENCH_SYNC_FILE");
  const char *delay = getenv("PARLEY_BENCH_SYNC_DELAY_US");
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  delay_us = delay ? (useconds_t)atol(delay) : 0;
  int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (page != MAP_FAILED) counter = page;
  close(file);
}

static void count(void) {
  if (counter) __atomic_add_fetch(counter, 1, __ATOMIC_RELAXED);
  if (delay_us) usleep(delay_us);
}

int fsync(int file) {
  count();
  return real_fsync(file);
}

int fdatasync(int file) {
  count();
  return real_fdatasync(file);
}
