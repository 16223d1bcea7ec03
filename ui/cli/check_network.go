package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"

	"godoctor/doctor/check"
	"godoctor/doctor/fetch"
	"godoctor/doctor/finding"
	"godoctor/scan/gocmd"
	"godoctor/scan/meter"
)

// mayAsk lets the checks of a machine ask the network, until the function that it returns is called.
func (a *app) mayAsk(m *check.Machine) (end func()) {
	client := fetch.New(fetch.SettingsOf(m.Env, a.Environ), fetch.Options{})
	m.Latest = func(ctx context.Context, path string) (module.Version, []byte, error) {
		return latest(ctx, client, path)
	}
	var dirs []string
	for _, dir := range append([]string{m.Env.Value("GOBIN")}, m.Env.Gopaths()...) {
		if dir != "" && dir != m.Env.Value("GOBIN") {
			dir = filepath.Join(dir, "bin")
		}
		dirs = append(dirs, dir)
	}
	m.Vulncheck = func(ctx context.Context, dir string) ([]byte, error) {
		out, err := gocmd.Vulncheck(ctx, a.Environ, dirs, dir)
		if errors.Is(err, gocmd.ErrNoVulncheck) {
			err = check.ErrNotInstalled
		}
		return out, err
	}
	return client.Close
}

// latest asks for the newest version of a module, a release where there is one, and its go.mod file.
func latest(ctx context.Context, c *fetch.Client, path string) (module.Version, []byte, error) {
	list, err := c.List(ctx, path)
	if err != nil {
		return module.Version{}, nil, err
	}
	newest := ""
	for _, v := range list {
		switch {
		case newest == "", semver.Prerelease(v) == "" && semver.Prerelease(newest) != "",
			semver.Compare(v, newest) > 0 && (semver.Prerelease(v) == "" || semver.Prerelease(newest) != ""):
			newest = v
		}
	}
	if newest == "" {
		return module.Version{}, nil, fmt.Errorf("%s has no versions", path)
	}
	v := module.Version{Path: path, Version: newest}
	data, err := c.Mod(ctx, v)
	return v, data, err
}

// askProxies asks each entry of GOPROXY and the checksum database how they answer, as 'godoctor proxy' does, and gives what
// is wrong and the checks that were looked for; nothing where none of these is wanted.
func (a *app) askProxies(ctx context.Context, l *look, m *check.Machine, opt check.Options) (list []finding.Finding, ran []string) {
	for _, c := range a.table() {
		if ofProxies(c) && !slices.Contains(opt.Skip, c.ID) && !slices.Contains(opt.Skip, c.Cost.String()) && (len(opt.Only) == 0 || slices.Contains(opt.Only, c.ID)) {
			ran = append(ran, c.ID)
		}
	}
	if len(ran) == 0 {
		return nil, nil
	}
	targets, relayed := check.ProbeTargets(m, nil)
	stop := a.progressOf("asking", new(meter.Meter))
	results := fetch.ProbeAll(ctx, fetch.SettingsOf(l.inv.Env, a.Environ), targets, fetch.ProbeOptions{Module: check.ProbeModule(m), SumDB: relayed})
	stop()
	if ctx.Err() != nil {
		return nil, nil
	}
	for _, f := range check.JudgeProxies(ctx, m, results) {
		if slices.Contains(ran, f.Check) {
			list = append(list, f)
		}
	}
	return list, ran
}

// ofProxies reports whether a check is one that takes asking the proxies.
func ofProxies(c *check.Check) bool { return c.Run == nil && c.Cost == check.Network }
