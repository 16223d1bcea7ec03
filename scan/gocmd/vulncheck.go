package gocmd

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// ErrNoVulncheck: govulncheck is not installed.
var ErrNoVulncheck = errors.New("govulncheck is not installed")

// Limits of one call of govulncheck.
const (
	vulnSays = 64 << 20
	vulnTime = 5 * time.Minute
)

// Vulncheck has govulncheck look at the packages of a project and gives what it printed with -json. It asks the
// vulnerability database, which is a network's affair, and loads the packages by go list, so it gets the user's
// environment with what keeps go from writing, fetching, switching toolchains and compiling C: -mod=readonly,
// GOPROXY=off, GOTOOLCHAIN=local and CGO_ENABLED=0. The program is the one in an absolute directory of PATH, else in one
// of the directories that are given, where go install puts programs; ErrNoVulncheck where there is none.
func Vulncheck(ctx context.Context, environ, dirs []string, project string) ([]byte, error) {
	path := program(slices.Concat(pathDirs(environ), dirs), "govulncheck"+executable)
	if path == "" {
		return nil, ErrNoVulncheck
	}
	set := []string{"GOFLAGS=-mod=readonly", "GOPROXY=off", "GOTOOLCHAIN=local", "CGO_ENABLED=0"}
	env := slices.DeleteFunc(slices.Clone(environ), func(kv string) bool {
		k, _, _ := strings.Cut(kv, "=")
		return slices.ContainsFunc(set, func(s string) bool { return strings.HasPrefix(s, k+"=") })
	})
	c := call{path: path, args: []string{"-json", "./..."}, env: append(env, set...), dir: project, limit: vulnSays, time: vulnTime}
	return c.run(ctx)
}
