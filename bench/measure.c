/* measure.c: runs a command and tells how it ended, how long it took by the
   monotonic clock, the most memory that one of its processes had, and how long
   its processes had a processor, in user and kernel mode together:

       measure COMMAND ARGUMENT...   ->   "STATUS SECONDS KIB CPU"

   What the command prints is thrown away; what it complains of is not. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t) {
  return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static void become(char **command) {
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0)
    _exit(127);
  execvp(command[0], command);
  perror(command[0]);
  _exit(127);
}

int main(int argc, char **argv) {
  struct rusage usage;
  double start = now();
  int status;
  pid_t child = argc < 2 ? -1 : fork();
  if (child == 0)
    become(argv + 1);
  if (child < 0 || waitpid(child, &status, 0) != child ||
      getrusage(RUSAGE_CHILDREN, &usage) != 0)
    return 1;
  status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("%d %.6f %ld %.6f\n",
         status,
         now() - start,
         usage.ru_maxrss,
         seconds(usage.ru_utime) + seconds(usage.ru_stime));
  return 0;
}
