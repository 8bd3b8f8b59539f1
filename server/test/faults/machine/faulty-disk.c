/*
 * Preloaded into a server under test (LD_PRELOAD): makes chosen disk operations on files below one folder fail or
 * take long. Operations are counted from the start of the process, each kind for itself, from 1.
 *
 *   FAULTY_DISK_DIR       the folder; operations on other files pass untouched and are not counted
 *   FAULTY_DISK_OPERATION write (write, pwrite64) | sync (fsync, fdatasync) | open
 *   FAULTY_DISK_NTH       which operation of that kind fails; 0 or unset: none
 *   FAULTY_DISK_FAILURE   EIO | ENOSPC | short (half of the bytes are written, and their number is returned).
 *                         A sync that fails also takes away what the file has grown by since its last sync: the
 *                         kernel may drop such pages and let the next sync succeed without them
 *   FAULTY_DISK_SYNC_MS   every sync takes this much longer
 *   FAULTY_DISK_LOG       a line for each operation that failed; with FAULTY_DISK_TRACE=1 for each one counted
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum operation { OP_WRITE, OP_SYNC, OP_OPEN, OP_NONE };
static const char *const operation_names[] = {"write", "sync", "open"};

static char folder[PATH_MAX];
static size_t folder_length;
static enum operation failing = OP_NONE;
static long failing_nth;
static int failing_errno;
static int failing_short;
static long sync_ms;
static int trace;
static int log_fd = -1;
static atomic_long counted[3];
#define MAX_FD 1024
static off_t synced_size[MAX_FD];

static long number_from(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

__attribute__((constructor)) static void read_settings(void) {
  const char *dir = getenv("FAULTY_DISK_DIR");
  const char *operation = getenv("FAULTY_DISK_OPERATION");
  const char *failure = getenv("FAULTY_DISK_FAILURE");
  const char *log = getenv("FAULTY_DISK_LOG");
  if (!dir || !realpath(dir, folder)) return;
  folder_length = strlen(folder);
  for (int op = OP_WRITE; operation && op < OP_NONE; op++) {
    if (strcmp(operation, operation_names[op]) == 0) failing = op;
  }
  failing_nth = number_from("FAULTY_DISK_NTH");
  failing_short = failure && strcmp(failure, "short") == 0;
  failing_errno = failure && strcmp(failure, "ENOSPC") == 0 ? ENOSPC : EIO;
  sync_ms = number_from("FAULTY_DISK_SYNC_MS");
  trace = number_from("FAULTY_DISK_TRACE") != 0;
  if (log) log_fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static int below_folder(const char *path) {
  return folder_length && strncmp(path, folder, folder_length) == 0 && path[folder_length] == '/';
}

static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return 1;
}

/* Counts the operation; true when it is the one that fails. */
static int strikes(enum operation op, const char *path) {
  long nth = atomic_fetch_add(&counted[op], 1) + 1;
  int hit = op == failing && nth == failing_nth;
  if (log_fd >= 0 && (hit || trace)) {
    char line[PATH_MAX + 64];
    int length = snprintf(line, sizeof line, "%s %ld %s\n", operation_names[op], nth, path + folder_length + 1);
    (void)!syscall(SYS_write, log_fd, line, (size_t)length);
  }
  return hit;
}

static int strikes_fd(enum operation op, int fd) {
  char path[PATH_MAX];
  int saved = errno;
  int hit = folder_length && fd > 2 && path_of(fd, path) && below_folder(path) && strikes(op, path);
  errno = saved;
  return hit;
}

static int fail(void) {
  errno = failing_errno;
  return -1;
}

ssize_t write(int fd, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = dlsym(RTLD_NEXT, "write");
  if (!strikes_fd(OP_WRITE, fd)) return real(fd, bytes, count);
  return failing_short ? real(fd, bytes, count / 2) : fail();
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = dlsym(RTLD_NEXT, "pwrite64");
  if (!strikes_fd(OP_WRITE, fd)) return real(fd, bytes, count, offset);
  return failing_short ? real(fd, bytes, count / 2, offset) : fail();
}

static void note_synced_size(int fd) {
  struct stat file;
  if (fd >= 0 && fd < MAX_FD && fstat(fd, &file) == 0) synced_size[fd] = file.st_size;
}

static int sync_with(int (*real)(int), int fd) {
  char path[PATH_MAX];
  if (strikes_fd(OP_SYNC, fd)) {
    if (fd < MAX_FD) (void)!ftruncate(fd, synced_size[fd]);
    return fail();
  }
  if (sync_ms && path_of(fd, path) && below_folder(path)) {
    struct timespec pause = {sync_ms / 1000, (sync_ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
  }
  int result = real(fd);
  if (result == 0) note_synced_size(fd);
  return result;
}

int fsync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fsync");
  return sync_with(real, fd);
}

int fdatasync(int fd) {
  static int (*real)(int);
  if (!real) real = dlsym(RTLD_NEXT, "fdatasync");
  return sync_with(real, fd);
}

#define MODE_OF(flags, mode)                      \
  mode_t mode = 0;                                \
  if ((flags) & (O_CREAT | O_TMPFILE)) {          \
    va_list rest;                                 \
    va_start(rest, flags);                        \
    mode = va_arg(rest, mode_t);                  \
    va_end(rest);                                 \
  }

static int refuses_open(const char *path) {
  return below_folder(path) && strikes(OP_OPEN, path);
}

static int opened(int fd) {
  note_synced_size(fd);
  return fd;
}

int open(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  MODE_OF(flags, mode)
  if (!real) real = dlsym(RTLD_NEXT, "open");
  return refuses_open(path) ? fail() : opened(real(path, flags, mode));
}

int open64(const char *path, int flags, ...) {
  static int (*real)(const char *, int, ...);
  MODE_OF(flags, mode)
  if (!real) real = dlsym(RTLD_NEXT, "open64");
  return refuses_open(path) ? fail() : opened(real(path, flags, mode));
}

int openat(int at, const char *path, int flags, ...) {
  static int (*real)(int, const char *, int, ...);
  MODE_OF(flags, mode)
  if (!real) real = dlsym(RTLD_NEXT, "openat");
  return refuses_open(path) ? fail() : opened(real(at, path, flags, mode));
}
