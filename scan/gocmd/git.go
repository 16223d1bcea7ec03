package gocmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"godoctor/scan/goenv"
)

// A Git runs git. It may be used by many goroutines at once.
type Git struct {
	path string
	env  []string
	over time.Duration // until a call is killed
}

// A Ref is a name in a repository and the object that it stands for.
type Ref struct{ Name, ID string }

// An Object is what a repository says of an object. Its ID is empty where there is none of that name.
type Object struct {
	ID   string
	Type string // blob, tree, commit or tag
	Size int64
}

// Limits of a call.
const (
	outputLimit = 64 << 20         // bytes of output
	timeLimit   = 10 * time.Second // until it is killed
)

// FindGit looks for git in the PATH of an environment. Entries of PATH that are not absolute are passed over:
// they would be looked for in the directory of a stranger. The error is ErrNoGit.
func FindGit(environ []string) (*Git, error) {
	file := program(pathDirs(environ), "git"+executable)
	if file == "" {
		return nil, fmt.Errorf("%w: install it, or go without branches", ErrNoGit)
	}
	return &Git{path: file, env: gitEnviron(environ, filepath.Dir(file)), over: timeLimit}, nil
}

// gitEnviron is the whole environment of git. HOME leads nowhere, because git before 2.32 does not know
// GIT_CONFIG_GLOBAL and would read the settings there. It must be no directory of the user: then nobody has
// said that repositories of other users are safe (safe.directory), and git does not read them.
func gitEnviron(environ []string, dir string) []string {
	env := []string{
		"PATH=" + dir,
		"HOME=" + os.DevNull, "XDG_CONFIG_HOME=" + os.DevNull,
		"LC_ALL=C", "TZ=UTC",
		"GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_ATTR_NOSYSTEM=1",
		"GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=",
		"GIT_OPTIONAL_LOCKS=0",
		"GIT_NO_LAZY_FETCH=1",      // an object that a partial clone lacks is missing
		"GIT_NO_REPLACE_OBJECTS=1", // what a commit says, not what refs/replace makes of it
		"GIT_PROTOCOL_FROM_USER=0", // what "user" allows is not allowed
		"GIT_ALLOW_PROTOCOL=none",  // wins over protocol.allow of the repository
		"GIT_PAGER=cat", "GIT_EDITOR=false", "GIT_SSH_COMMAND=false",
		"GIT_TRACE2=0", "GIT_TRACE2_EVENT=0", "GIT_TRACE2_PERF=0",
	}
	if runtime.GOOS == "windows" {
		env = append(env, "SYSTEMROOT="+goenv.Getenv(runtime.GOOS, environ, "SYSTEMROOT"))
	}
	return env
}

// gitSettings win over the repository's own. Each is a way for a repository to have a program run or
// something fetched.
var gitSettings = []string{
	"core.fsmonitor=false",
	"core.hooksPath=" + os.DevNull,
	"core.pager=cat",
	"core.editor=false",
	"core.askPass=",
	"core.sshCommand=false",
	"core.gitProxy=false",
	"core.alternateRefsCommand=false",
	"core.attributesFile=" + os.DevNull,
	"credential.helper=",
	"diff.external=",
	"gc.auto=0",
	"gpg.program=false",
	"maintenance.auto=false",
	"protocol.allow=never",
	"safe.bareRepository=explicit", // a directory that only looks like a repository is none
	"uploadpack.packObjectsHook=",
}

// call prepares a run of git in the working tree dir. Git looks for the repository there and not above.
func (g *Git) call(dir string, stdin []byte, args ...string) *call {
	all := []string{"--no-pager"}
	for _, s := range gitSettings {
		all = append(all, "-c", s)
	}
	return &call{
		path: g.path, args: append(all, args...), dir: dir, stdin: stdin,
		env:   append(slices.Clone(g.env), "GIT_CEILING_DIRECTORIES="+filepath.Dir(dir), "PWD="+dir),
		limit: outputLimit, time: g.over,
	}
}

// run runs git and puts into an error what was run and where.
func (g *Git) run(ctx context.Context, dir string, stdin []byte, args ...string) ([]byte, error) {
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("git in %q: not an absolute path", dir)
	}
	out, err := g.call(dir, stdin, args...).run(ctx)
	if err != nil {
		return nil, fmt.Errorf("git %s in %q: %w", args[0], dir, err)
	}
	return out, nil
}

// Refs gives the references below the patterns, as in "refs/heads", the one committed to last first. It fails
// where the object of one is missing.
func (g *Git) Refs(ctx context.Context, dir string, patterns ...string) ([]Ref, error) {
	args := append([]string{"for-each-ref", "--sort=refname", "--sort=-committerdate", "--format=%(objectname) %(refname)", "--"}, patterns...)
	out, err := g.run(ctx, dir, nil, args...)
	if err != nil {
		return nil, err
	}
	refs, err := parseRefs(string(out))
	if err != nil {
		return nil, fmt.Errorf("git for-each-ref in %q: %w", dir, err)
	}
	return refs, nil
}

// parseRefs reads lines of "ID NAME".
func parseRefs(out string) (refs []Ref, err error) {
	for line := range strings.Lines(out) {
		id, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if !ok || !IsID(id) {
			return nil, fmt.Errorf("no line of it is like %q", line)
		}
		refs = append(refs, Ref{name, id})
	}
	return refs, nil
}

// errAnswer is what git never says, as far as we know it.
var errAnswer = errors.New("the answer is not one that git gives")

// Look says what objects are, in the order of names. A name is an object ID, or COMMIT:PATH with a path from
// the top of the tree; one with a line feed in it is never there.
func (g *Git) Look(ctx context.Context, dir string, names []string) ([]Object, error) {
	objects := make([]Object, len(names))
	var in bytes.Buffer
	var at []int
	for i, name := range names {
		if name != "" && !strings.ContainsAny(name, "\n\x00") {
			in.WriteString(name + "\n")
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		return objects, nil
	}
	out, err := g.run(ctx, dir, in.Bytes(), "cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)")
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(out) {
		if len(at) == 0 {
			return nil, fmt.Errorf("git cat-file in %q: %w", dir, errAnswer)
		}
		objects[at[0]], _ = parseObject(line)
		at = at[1:]
	}
	if len(at) > 0 {
		return nil, fmt.Errorf("git cat-file in %q: %w", dir, errAnswer)
	}
	return objects, nil
}

// parseObject reads "ID TYPE SIZE". What else may stand there says that there is no such object: "NAME
// missing", "NAME ambiguous", and for a submodule "ID submodule".
func parseObject(line []byte) (Object, bool) {
	f := strings.Split(strings.TrimSuffix(string(line), "\n"), " ")
	if len(f) != 3 || !IsID(f[0]) {
		return Object{}, false
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || size < 0 {
		return Object{}, false
	}
	return Object{f[0], f[1], size}, true
}

// IsID reports whether s is an object ID in full: a SHA-1 or SHA-256 in hexadecimal digits.
func IsID(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// Contents gives what is in objects, in the order of ids, as it is stored: no filter is applied. A missing one
// is nil. All of them together may have 64 MiB; see Look for sizes.
func (g *Git) Contents(ctx context.Context, dir string, ids []string) ([][]byte, error) {
	var in bytes.Buffer
	for _, id := range ids {
		if !IsID(id) {
			return nil, fmt.Errorf("git cat-file in %q: %q is no object ID", dir, id)
		}
		in.WriteString(id + "\n")
	}
	if len(ids) == 0 {
		return [][]byte{}, nil
	}
	out, err := g.run(ctx, dir, in.Bytes(), "cat-file", "--batch=%(objectname) %(objecttype) %(objectsize)")
	if err != nil {
		return nil, err
	}
	contents, err := parseContents(out, len(ids))
	if err != nil {
		return nil, fmt.Errorf("git cat-file in %q: %w", dir, err)
	}
	return contents, nil
}

// parseContents reads n times a line as parseObject has it and, where there is such an object, what is in it and a line feed.
func parseContents(out []byte, n int) ([][]byte, error) {
	contents := make([][]byte, n)
	for i := range contents {
		line, rest, ok := bytes.Cut(out, []byte("\n"))
		if !ok {
			return nil, errAnswer
		}
		out = rest
		o, there := parseObject(line)
		if !there {
			continue
		}
		if o.Size >= int64(len(out)) || out[o.Size] != '\n' {
			return nil, errAnswer
		}
		contents[i] = out[:o.Size:o.Size]
		out = out[o.Size+1:]
	}
	return contents, nil
}
