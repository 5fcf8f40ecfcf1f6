/* A slow file system, by LD_PRELOAD: below the folder SLOWFS_FOLDER each look at a file takes
 * SLOWFS_MS milliseconds longer, for as long as there is a file SLOWFS_WHILE. Nothing else is
 * slower. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* As many names as a file system gives at once. */
#define NAMES_AT_ONCE 256

static int is_slow(void)
{
    const char *file = getenv("SLOWFS_WHILE");
    return file != NULL && syscall(SYS_faccessat, AT_FDCWD, file, F_OK) == 0;
}

static void wait_if_below(const char *path)
{
    const char *folder = getenv("SLOWFS_FOLDER");
    const char *ms = getenv("SLOWFS_MS");
    if (path == NULL || folder == NULL || ms == NULL)
        return;
    const size_t length = strlen(folder);
    if (strncmp(path, folder, length) != 0 || (path[length] != '/' && path[length] != '\0')
        || !is_slow())
        return;
    const long milliseconds = atol(ms);
    const struct timespec delay = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&delay, NULL);
}

static void wait_for_names(DIR *directory)
{
    static atomic_uint names;
    if (atomic_fetch_add(&names, 1) % NAMES_AT_ONCE != 0)
        return;
    char link[64];
    char path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd(directory));
    const ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0)
        return;
    path[length] = '\0';
    wait_if_below(path);
}

/* The function that this one stands in front of. */
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int stat(const char *path, struct stat *status)
{
    wait_if_below(path);
    return NEXT(stat)(path, status);
}

int stat64(const char *path, struct stat64 *status)
{
    wait_if_below(path);
    return NEXT(stat64)(path, status);
}

int lstat(const char *path, struct stat *status)
{
    wait_if_below(path);
    return NEXT(lstat)(path, status);
}

int lstat64(const char *path, struct stat64 *status)
{
    wait_if_below(path);
    return NEXT(lstat64)(path, status);
}

int fstatat(int directory, const char *path, struct stat *status, int flags)
{
    wait_if_below(path);
    return NEXT(fstatat)(directory, path, status, flags);
}

int fstatat64(int directory, const char *path, struct stat64 *status, int flags)
{
    wait_if_below(path);
    return NEXT(fstatat64)(directory, path, status, flags);
}

int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *status)
{
    wait_if_below(path);
    return NEXT(statx)(directory, path, flags, mask, status);
}

int access(const char *path, int mode)
{
    wait_if_below(path);
    return NEXT(access)(path, mode);
}

DIR *opendir(const char *path)
{
    wait_if_below(path);
    return NEXT(opendir)(path);
}

struct dirent *readdir(DIR *directory)
{
    wait_for_names(directory);
    return NEXT(readdir)(directory);
}

struct dirent64 *readdir64(DIR *directory)
{
    wait_for_names(directory);
    return NEXT(readdir64)(directory);
}
