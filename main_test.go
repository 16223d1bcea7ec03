package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"godoctor/scan/cachetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"godoctor": main})
}

// TestScripts runs the real binary: one file a behaviour, its first word the area.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:   filepath.Join("testdata", "script"),
		Setup: emptyMachine,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"machine": machine,
			"age":     age,
		},
		Condition: func(cond string) (bool, error) {
			return cond == "user" && os.Getuid() != 0, nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// emptyMachine gives a script a home directory with nothing in it and an environment with nothing of ours.
func emptyMachine(env *testscript.Env) error {
	home := filepath.Join(env.WorkDir, "home")
	binary, err := exec.LookPath("godoctor")
	if err != nil {
		return err
	}
	env.Vars = []string{
		"WORK=" + env.WorkDir, "HOME=" + home, "USERPROFILE=" + home, "PATH=" + os.Getenv("PATH"),
		"XDG_CACHE_HOME=" + filepath.Join(home, ".cache"), "XDG_CONFIG_HOME=" + filepath.Join(home, ".config"),
		"LocalAppData=" + filepath.Join(home, ".cache"), "TMPDIR=" + filepath.Join(env.WorkDir, ".tmp"),
		"GOTOOLCHAIN=local", "SYSTEMROOT=" + os.Getenv("SYSTEMROOT"), ":=" + string(os.PathListSeparator), "/=" + string(os.PathSeparator),
		"devnull=" + os.DevNull, "GODOCTOR=" + binary,
	}
	return os.MkdirAll(home, 0o777)
}

// machine makes a machine with a few module versions and projects in $WORK/m and points the environment
// at it. With "odd" the module cache also holds entries with hostile names, and a fifo.
func machine(ts *testscript.TestScript, neg bool, args []string) {
	m, err := cachetest.New(ts.MkAbs("m"))
	ts.Check(err)
	ts.Defer(func() { ts.Check(m.RemoveAll()) })
	ts.Check(m.Install(
		small("example.com/alpha", "v1.0.0", 3000), small("example.com/alpha", "v1.1.0", 60000),
		small("github.com/BurntSushi/toml", "v1.2.0", 9000), small("golang.org/x/beta", "v0.1.0", 30000),
	))
	ts.Check(m.InstallModOnly(small("example.com/graph", "v1.0.0", 1)))
	if len(args) > 0 && args[0] == "odd" {
		_, err := m.OddEntries(m.GOMODCACHE)
		ts.Check(err)
		if err := m.FIFO(filepath.Join(m.GOMODCACHE, "fifo")); !errors.Is(err, errors.ErrUnsupported) {
			ts.Check(err)
		}
	}
	ts.Setenv("HOME", m.Home)
	ts.Setenv("GOMODCACHE", m.GOMODCACHE)
	ts.Setenv("GOCACHE", m.GOCACHE)
	ts.Setenv("GOPATH", m.GOPATH)
	ts.Setenv("PROJECTS", m.Projects)
}

// small is a module with one file of about size bytes.
func small(path, version string, size int) cachetest.Module {
	text := make([]byte, size)
	for i := range text {
		text[i] = " abcdefghijklmnopqrstuvwxyz\n"[(i*i+7*i)%28]
	}
	return cachetest.Module{Path: path, Version: version, Files: map[string]string{
		"a.go": "package a\n", "data.txt": string(text)}}
}

// age makes everything below a directory look a day old, so that an index may keep it.
func age(ts *testscript.TestScript, neg bool, args []string) {
	then := time.Now().Add(-24 * time.Hour)
	ts.Check(filepath.Walk(ts.MkAbs(args[0]), func(p string, fi os.FileInfo, err error) error {
		if err != nil || fi.Mode()&os.ModeSymlink != 0 {
			return err
		}
		return os.Chtimes(p, then, then)
	}))
}
