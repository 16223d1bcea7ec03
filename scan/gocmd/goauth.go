package gocmd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"godoctor/scan/goenv"
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
	words, err := goenv.Words(command)
	if err != nil {
		return nil, errors.New("a command of GOAUTH has a quote without its end: close it")
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
	dir := goenv.HomeDir(environ)
	if fi, err := os.Stat(dir); err != nil || !fi.IsDir() || !filepath.IsAbs(dir) {
		dir = filepath.Dir(path)
	}
	c := call{path: path, args: args, env: environ, dir: dir, stdin: answer, limit: authSays, time: authTime, keep: true, secret: true}
	if len(environ) == 0 {
		c.env = []string{"PATH="} // an empty one would mean that of this process
	}
	out, err := c.run(ctx)
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return nil, fmt.Errorf("a command of GOAUTH failed: %s", ended.ProcessState)
	}
	if err != nil && !errors.Is(err, exec.ErrWaitDelay) { // that it started something which goes on, as caches of passwords do, is no failure
		return nil, fmt.Errorf("a command of GOAUTH: %w", err)
	}
	return out, nil
}

// find looks for the program of a command, in the PATH of an environment where its name is no path.
func find(name string, environ []string) (string, error) {
	dirs := pathDirs(environ)
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
	file := program(dirs, names...)
	if file == "" {
		return "", errors.New("a command of GOAUTH is not in PATH: install it, or change GOAUTH")
	}
	return file, nil
}
