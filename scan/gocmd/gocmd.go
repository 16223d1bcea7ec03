// Package gocmd is the one place that runs other programs.
//
// What it runs it runs inside directories of strangers: a repository that came out of an archive may name
// programs in its own .git/config, and the environment of the user may name more. So a program gets
//
//   - an environment made from nothing, not that of this process;
//   - no shell, no terminal, nothing on its standard input but what the call is about;
//   - settings on its command line that win over those of the repository;
//   - a limit on what it may say and on how long it may take. When either is reached it is killed, on Unix
//     with everything that it has started.
//
// Of git only three plumbing commands can be run, each behind a method of [Git] that fixes every option:
// for-each-ref, cat-file --batch-check and cat-file --batch. They check nothing out, run no hook, no filter
// and no pager, and write nothing. Of go one command can be run that changes a cache, [Download], in a scratch module
// and in the user's own environment: it is the only installer of modules, and does what the user's go would do. [GoAuth] runs
// what the user has named in GOAUTH, in the user's own environment too, and not in a project. [Build] builds a copy of a project in
// directories of ours, with caches of ours and without a network.
//
// What a program says comes back raw. Whoever shows it cleans it.
package gocmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// The reasons for an answer that is not there.
var (
	// ErrNoGit: there is no git in PATH.
	ErrNoGit = errors.New("no git in PATH")
	// ErrTooMuch: the program said more than it may.
	ErrTooMuch = errors.New("its output is too large")
	// ErrTooLong: the program took longer than it may.
	ErrTooLong = errors.New("it took too long")
)

// A call is one run of a program.
type call struct {
	path  string // absolute
	args  []string
	env   []string // all of it
	dir   string
	stdin []byte
	limit int64         // of its output, in bytes
	time  time.Duration // until it is killed
	keep  bool          // what it wrote is given with an error too

	secret bool // what it wrote may be a password: none of it is in an error
}

// errLimit bounds what is kept of what a program says about its trouble.
const errLimit = 4 << 10

// patience is how long a killed program's pipes are waited for.
const patience = time.Second

// run runs the program and gives what it wrote to its standard output.
func (c *call) run(ctx context.Context) ([]byte, error) {
	within, cancel := context.WithTimeout(ctx, c.time)
	defer cancel()
	cmd := exec.CommandContext(within, c.path, c.args...)
	cmd.Env, cmd.Dir, cmd.WaitDelay = c.env, c.dir, patience
	if c.stdin != nil {
		cmd.Stdin = bytes.NewReader(c.stdin)
	}
	out, says := &limited{limit: c.limit, strict: true}, &limited{limit: errLimit}
	cmd.Stdout, cmd.Stderr = out, says
	alone(cmd)
	err := cmd.Run()
	switch {
	case out.over:
		return nil, ErrTooMuch
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case within.Err() != nil:
		return nil, ErrTooLong
	case err != nil && says.buf.Len() > 0 && !c.secret:
		line, rest, _ := bytes.Cut(bytes.TrimSpace(says.buf.Bytes()), []byte("\n"))
		// Before the trouble stand the package that the compiler complains of, and what go has begun with.
		for len(rest) > 0 && (bytes.HasPrefix(line, []byte("# ")) || bytes.HasPrefix(line, []byte("go: downloading "))) {
			line, rest, _ = bytes.Cut(rest, []byte("\n"))
		}
		return c.said(out), fmt.Errorf("%w: %q", err, line)
	case err != nil:
		return c.said(out), err
	}
	return out.buf.Bytes(), nil
}

// said is what it wrote, where that is of use although it failed.
func (c *call) said(out *limited) []byte {
	if !c.keep {
		return nil
	}
	return out.buf.Bytes()
}

// A limited keeps the first bytes of what is written to it. Beyond that a strict one fails, which closes the
// pipe of the program that writes; another one forgets.
type limited struct {
	buf    bytes.Buffer
	limit  int64
	strict bool
	over   bool
}

// Write is that of io.Writer.
func (l *limited) Write(p []byte) (int, error) {
	if room := l.limit - int64(l.buf.Len()); int64(len(p)) > room {
		l.over = true
		if l.strict {
			return 0, ErrTooMuch
		}
		l.buf.Write(p[:room])
		return len(p), nil
	}
	return l.buf.Write(p)
}
