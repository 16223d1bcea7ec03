package gocmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"godoctor/scan/regular"
)

// Limits of a GOAUTH command.
const (
	authSays = 1 << 20
	authTime = 30 * time.Second
)

// GoAuth runs one command of the user's GOAUTH as the go command does (`go help goauth`): with url as its last argument where
// there is one, and with the answer that asks for credentials on its standard input. It gives what the command printed, which
// is secret. There is no shell; the program is absolute or in an absolute directory of PATH; it runs in the home directory,
// not in that of a project. Nothing that it wrote is in an error, for it may be a password.
func GoAuth(ctx context.Context, command string, environ []string, url string, answer []byte) ([]byte, error) {
	words, err := splitQuoted(command)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, errors.New("GOAUTH has an empty command")
	}
	path, err := find(words[0], environ)
	if err != nil {
		return nil, err
	}
	args := words[1:]
	if url != "" {
		args = append(args, url)
	}
	dir := lookup(environ, map[bool]string{true: "USERPROFILE", false: "HOME"}[runtime.GOOS == "windows"])
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() || !filepath.IsAbs(dir) {
		dir = filepath.Dir(path)
	}
	c := call{path: path, args: args, env: environ, dir: dir, stdin: answer, limit: authSays, time: authTime}
	if len(environ) == 0 {
		c.env = []string{"PATH="} // an empty one would mean that of this process
	}
	out, err := c.run(ctx)
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return nil, fmt.Errorf("a command of GOAUTH failed: %s", ended.ProcessState)
	}
	if err != nil {
		return nil, fmt.Errorf("a command of GOAUTH: %w", err)
	}
	return out, nil
}

// find looks for a program in the PATH of an environment.
func find(name string, environ []string) (string, error) {
	dirs := filepath.SplitList(lookup(environ, "PATH"))
	if filepath.IsAbs(name) {
		dirs, name = []string{filepath.Dir(name)}, filepath.Base(name)
	}
	if filepath.Base(name) != name {
		return "", errors.New("a command of GOAUTH has a relative path: give the absolute one")
	}
	names := []string{name}
	if runtime.GOOS == "windows" {
		names = []string{name, name + ".exe"}
	}
	for _, dir := range dirs {
		for _, n := range names {
			file := filepath.Join(dir, n)
			if fi, err := os.Stat(file); filepath.IsAbs(dir) && err == nil && fi.Mode().IsRegular() && regular.MayExecute(file, fi) {
				return file, nil
			}
		}
	}
	return "", errors.New("a command of GOAUTH is not in PATH: install it, or change GOAUTH")
}

// splitQuoted splits a line into words. A word that begins with a quote goes on to the next one, as in cmd/internal/quoted;
// nothing is unescaped.
func splitQuoted(s string) (words []string, err error) {
	const space = " \t\n\r"
	for s = strings.TrimLeft(s, space); s != ""; s = strings.TrimLeft(s, space) {
		if q := s[:1]; q == `"` || q == "'" {
			word, rest, ok := strings.Cut(s[1:], q)
			if !ok {
				return nil, errors.New("a command of GOAUTH has a quote without its end")
			}
			words, s = append(words, word), rest
			continue
		}
		i := strings.IndexAny(s, space)
		if i < 0 {
			i = len(s)
		}
		words, s = append(words, s[:i]), s[i:]
	}
	return words, nil
}
