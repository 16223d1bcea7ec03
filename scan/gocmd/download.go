package gocmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// A Download is one call of `go mod download`, the only go command that is run to change a module cache: the go command
// stays the only installer of modules. It is run in a scratch module of ours, never in a project, so that no go.mod, no
// go.work and no vendor directory of anybody has a say.
type Download struct {
	Go       string   // the go command, absolute
	Environ  []string // of the user: which proxies, which checksum database, which credentials
	Dir      string   // the scratch module: a go.mod, and a go.sum with the hashes that are known
	ModCache string
	Proxy    string // instead of GOPROXY; "": what the user has
	NoSumDB  bool   // nothing is asked of the checksum database: the scratch go.sum says it all
	GOPATH   string // instead of the user's, so that its tree head cannot clash; "": the user's
	Writable bool   // -modcacherw, as the user's GOFLAGS have it
}

// A Downloaded is what the go command says of one version. An Error is raw.
type Downloaded struct {
	Path     string
	Version  string
	Sum      string
	GoModSum string
	Dir, Zip string
	Error    string
}

// Limits of one call.
const (
	downloadSays = 16 << 20
	downloadTime = time.Hour
)

// Run downloads and unpacks versions that are not there yet, and gives what the go command says of each, in the order in
// which it says it. The error is for a go command that could not be run; what it says of a version is no error. The
// context kills it.
func (d *Download) Run(ctx context.Context, list []module.Version) ([]Downloaded, error) {
	args := []string{"mod", "download", "-json"}
	if d.Writable {
		args = append(args, "-modcacherw")
	}
	args = append(args, "--")
	for _, m := range list {
		if err := module.Check(m.Path, m.Version); err != nil {
			return nil, err
		}
		args = append(args, m.Path+"@"+m.Version)
	}
	c := call{path: d.Go, args: args, env: d.environ(), dir: d.Dir, limit: downloadSays, time: downloadTime, keep: true}
	out, err := c.run(ctx)
	got, bad := parseDownloaded(out)
	if len(got) > 0 && bad == nil {
		return got, nil // it ends with 1 if a single one of them failed
	}
	return got, errors.Join(err, bad)
}

// environ is the user's environment with what a download in a scratch module needs. A variable that is empty is one that is not
// set, and then the GOENV file counts: what is to be nothing is a blank, and no experiment.
func (d *Download) environ() []string {
	set := map[string]string{"GOMODCACHE": d.ModCache, "GOWORK": "off", "GO111MODULE": "on", "GOTOOLCHAIN": "local", "GOFLAGS": " ", "GOEXPERIMENT": "none"}
	if d.Proxy != "" {
		set["GOPROXY"], set["GONOPROXY"] = d.Proxy, "none"
	}
	if d.NoSumDB {
		set["GOSUMDB"] = "off"
	}
	if d.GOPATH != "" {
		set["GOPATH"] = d.GOPATH
	}
	have := make(map[string]bool)
	env := slices.DeleteFunc(slices.Clone(d.Environ), func(kv string) bool {
		k, _, _ := strings.Cut(kv, "=")
		have[k] = true
		_, ok := set[k]
		return ok
	})
	for _, k := range slices.Sorted(maps.Keys(set)) {
		env = append(env, k+"="+set[k])
	}
	if !have["GOGC"] && !have["GOMEMLIMIT"] {
		env = append(env, "GOGC=800") // a fifth of its CPU time is for collecting 30 MB: 100 MB are no worse
	}
	if !have["GOMAXPROCS"] && runtime.GOMAXPROCS(0) < installers {
		env = append(env, fmt.Sprintf("GOMAXPROCS=%d", installers))
	}
	return env
}

// installers is how many modules go unpacks at the same time at least. It takes as many as there are processors (modcmd:
// runDownload); but each waits for the disk now and then: with 4 on two processors it took 0.85 of the time.
const installers = 4

func parseDownloaded(out []byte) (got []Downloaded, err error) {
	dec := json.NewDecoder(bytes.NewReader(out))
	for {
		var x Downloaded
		switch err := dec.Decode(&x); {
		case err == io.EOF:
			return got, nil
		case err != nil:
			return got, fmt.Errorf("what go mod download said could not be understood: %w", err)
		}
		got = append(got, x)
	}
}
