//go:build linux

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// A sandbox runs test programs where a mutant can hurt nobody: as a user of its own who owns nothing; with every mount but
// its home read-only or its own; with processes of its own, which all die with the first; with limits to time, memory and
// the size of files. Several run side by side, each with a user of its own.
type sandbox struct {
	scratch string
	uid     int
	home    string // in memory, empty at each start
	out     string // kept
	cache   string // build cache of its go commands, kept
}

// firstUID is that of the first sandbox. Nobody has it.
const firstUID = 64810

// inside is run by root in new name spaces. $1 uid, $2 home, $3 out, $4 build cache, $5 tree, $6 module cache, $7 where it is
// to be seen, $8 seconds of CPU; then directory and command.
const inside = `set -e
mount --make-rprivate /
mount --bind "$3" "$3"
mount --bind "$4" "$4"
mount --bind "$6" "$7"
mount -o remount,bind,ro "$7"
mount -t tmpfs -o "size=2g,mode=0755,uid=$1,gid=$1" none "$2"
for dir in /dev/shm /tmp /var/tmp; do
	case $2 in "$dir"/*) ;; *) if [ -d "$dir" ]; then mount -t tmpfs -o size=2g,mode=1777 none "$dir"; fi ;; esac
done
mount -o remount,bind,ro /
mkdir "$2/tmp"
chown "$1:$1" "$2/tmp"
ulimit -t "$8"
ulimit -f 2097152
ulimit -v 16777216
uid=$1 home=$2 cache=$4 mod=$7
cd "$9"
shift 9
exec setpriv --reuid="$uid" --regid="$uid" --clear-groups --no-new-privs env HOME="$home" TMPDIR="$home/tmp" GOTMPDIR="$home/tmp" \
	GOPATH="$home/go" GOCACHE="$cache" GOMODCACHE="$mod" "$@"`

func newSandbox(scratch string, n int) (*sandbox, error) {
	at := func(name string) string { return filepath.Join(scratch, name+"-"+strconv.Itoa(n)) }
	s := &sandbox{scratch: scratch, uid: firstUID + n, home: at("home"), out: at("out"), cache: at("cache")}
	for _, dir := range []string{s.home, s.out, s.cache, filepath.Join(scratch, "mod")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, err
		}
		if err := os.Chown(dir, s.uid, s.uid); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// A result is what became of a test program.
type result struct {
	failed bool
	late   bool // it was over a limit
	output []byte
	took   time.Duration
}

// run starts a test program in the directory of its package. cpu and wall are its limits.
func (s *sandbox) run(ctx context.Context, dir string, cpu, wall time.Duration, environ []string, command ...string) (result, error) {
	modules, err := moduleCache()
	if err != nil {
		return result{}, err
	}
	limited, stop := context.WithTimeout(ctx, wall)
	defer stop()
	args := []string{"--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", inside, "sh", strconv.Itoa(s.uid), s.home, s.out,
		s.cache, filepath.Join(s.scratch, "tree"), modules, filepath.Join(s.scratch, "mod"), strconv.Itoa(int(cpu/time.Second) + 1), dir}
	cmd := exec.CommandContext(limited, "unshare", append(args, command...)...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8", "CI=true", "GOPROXY=off", "GOFLAGS=-vet=off", "GOTOOLCHAIN=local"}, environ...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begin := time.Now()
	err = cmd.Run()
	r := result{failed: err != nil, output: out.Bytes(), took: time.Since(begin)}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return r, ctx.Err()
	case limited.Err() != nil:
		r.late = true
	case err != nil && !errors.As(err, &exit):
		return r, err
	case err != nil && !bytes.Contains(r.output, []byte("FAIL")) && !bytes.Contains(r.output, []byte("panic")):
		// Killed for the time it took, or never started.
		if r.late = exit.Sys().(syscall.WaitStatus).Signaled() || exit.ExitCode() > 128; !r.late {
			return r, fmt.Errorf("no test program ran: %w\n%s", err, r.output)
		}
	}
	return r, nil
}

func moduleCache() (string, error) {
	out, err := exec.Command("go", "env", "GOMODCACHE").Output()
	return string(bytes.TrimSpace(out)), err
}
