package cachetest

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// demoGo are the Go releases that built something on the machine. Their patch numbers are ones that
// hardly anybody runs: the machine's module indexes have true names and made-up content, which a
// real go command of the same release would stumble over.
var demoGo = []struct {
	version string
	age     int // days since it was last used
	scale   int // percent of the packages that are still there
}{
	{"go1.24.11", 31, 30},
	{"go1.25.5", 4, 70},
	{"go1.26.1", 0, 100},
}

// toolchains installs what GOTOOLCHAIN=auto would have downloaded, one of them without need.
func (d *demo) toolchains() error {
	for i, version := range []string{"go1.23.4", "go1.24.11", "go1.25.5"} {
		chance := newDice(version)
		extra := map[string]string{
			"pkg/tool/linux_amd64/vet":      chance.bytes(300 << 10),
			"pkg/tool/linux_amd64/cover":    chance.bytes(180 << 10),
			"src/runtime/zgenerated.go":     "package runtime\n\nconst junk = `" + strings.Repeat("generated ", 20000) + "`\n",
			"src/internal/abi/generated.go": "package abi\n",
		}
		at := d.now.Add(-time.Duration(420-150*i)*day + time.Duration(i)*time.Hour)
		tool, err := d.Toolchain(version, "linux", "amd64", at, extra)
		if err != nil {
			return err
		}
		d.tools = append(d.tools, tool)
		if err := d.Publish(tool); err != nil {
			return err
		}
	}
	return nil
}

// builds fills the build cache: the standard library and the modules, by Go release and platform.
func (d *demo) builds() error {
	for _, release := range demoGo {
		for _, platform := range []string{"linux/amd64", "windows/amd64"} {
			if err := d.buildsOf(release.version, platform, release.age, release.scale); err != nil {
				return err
			}
		}
	}
	return d.BuildCacheFiles(d.now.Add(-20*time.Hour), d.now.Add(-46*day))
}

func (d *demo) buildsOf(version, platform string, age, scale int) error {
	goos, goarch, _ := strings.Cut(platform, "/")
	if goos != "linux" {
		scale /= 3
	}
	chance := newDice("builds " + version + platform)
	add := func(kind BuildKind, pkg string, size int) error {
		used := time.Duration(age)*day + time.Duration(chance.around(30, 1.1))*time.Hour
		at := d.now.Add(-used)
		return d.BuildEntry(BuildEntry{Kind: kind, Package: pkg, GoVersion: version, GOOS: goos, GOARCH: goarch,
			Size: size, Seed: chance.Uint64N(1e6), Used: at, Made: at.Add(-time.Duration(chance.IntN(40)) * time.Hour)})
	}
	for i, pkg := range demoStd[:len(demoStd)*max(scale, 30)/100] {
		if err := add(KindPackage, pkg, chance.around(scale*(3<<10)/(i+3), 0.6)); err != nil {
			return err
		}
		if i%6 > 0 {
			continue // not every package was vetted, and files are what a demonstration costs
		}
		if err := add(KindSources, pkg, 0); err != nil {
			return err
		}
		if err := add(KindVet, pkg, 200+chance.IntN(900)); err != nil {
			return err
		}
	}
	for _, row := range demoModules {
		if chance.IntN(100) >= scale {
			continue
		}
		for _, sub := range []string{"", "/internal/wire"}[:1+chance.IntN(2)] {
			if err := add(KindPackage, row.path+sub, chance.around(row.kb<<4, 0.9)); err != nil {
				return err
			}
		}
		if err := add(KindEmpty, row.path, 0); err != nil {
			return err
		}
		if goos != "linux" {
			continue // an index does not depend on the platform
		}
		if err := d.index(row.path, version, age); err != nil {
			return err
		}
	}
	for _, row := range demoProjects {
		if err := add(KindMain, row.module, chance.around(12<<10, 0.7)); err != nil {
			return err
		}
	}
	if goos == "linux" {
		return add(KindExecutable, "example.com/ledger/"+version, 700<<10+chance.IntN(300<<10))
	}
	return nil
}

// index adds the module index of the newest version of a module under its true name. Modules of the
// project that a test builds get none: see demoGo.
func (d *demo) index(path, version string, age int) error {
	list := d.mods[path]
	newest := list[len(list)-1]
	if newest.modOnly || path == "example.com/textkit" || path == "pkg.meadow.example/retry" {
		return nil
	}
	return d.BuildEntry(BuildEntry{Kind: KindIndex, GoVersion: version, Dir: d.Dir(newest.Module), Size: 900 + len(path)*40,
		Used: d.now.Add(-time.Duration(age)*day - 2*time.Hour)})
}

// tests adds cached test results and what fuzzing has found.
func (d *demo) tests() error {
	for i := range 40 {
		pkg := demoProjects[i%len(demoProjects)].module + []string{"", "/store", "/web", "/internal/money", "/cmd"}[i%5]
		release := demoGo[i%len(demoGo)]
		at := d.now.Add(-time.Duration(release.age)*day - time.Duration(i*7+2)*time.Hour)
		for _, kind := range []BuildKind{KindTestLog, KindTestOutput} {
			e := BuildEntry{Kind: kind, Package: pkg, GoVersion: release.version, Seed: uint64(i * 37), Used: at}
			if err := d.BuildEntry(e); err != nil {
				return err
			}
		}
	}
	for _, f := range []struct {
		pkg, function string
		count         int
	}{{"example.com/ledger/parse", "FuzzAmount", 60}, {"example.com/ledger/parse", "FuzzLine", 18}, {"example.com/notes/markup", "FuzzRender", 7}} {
		chance := newDice(f.pkg + f.function)
		var inputs [][]byte
		for range f.count {
			inputs = append(inputs, []byte(chance.bytes(chance.around(60, 1))))
		}
		if err := d.FuzzCorpus(f.pkg, f.function, d.now.Add(-70*day), inputs...); err != nil {
			return err
		}
	}
	return nil
}

// misspelt writes a settings file by hand, as somebody did who meant GOPRIVATE: go passes over the line without a word.
func (d *demo) misspelt() error {
	d.goenv = filepath.Join(d.configHome(), "go", "env")
	return d.write(d.goenv, []byte("# our own modules\nGOPRIVAT=git.harbour.example\n"), 0o666, d.now.Add(-140*day))
}

// oddities adds what goes wrong on a real machine in the course of time: two clones, an interrupted
// download, leftovers of a crash, one edited version, one file that no go command wrote.
func (d *demo) oddities() error {
	if err := d.misspelt(); err != nil {
		return err
	}
	for address, size := range map[string]int{
		"https://git.harbour.example/shop/catalogue":     1400 << 10,
		"https://git.harbour.example/platform/telemetry": 380 << 10,
	} {
		if _, err := d.VCS("git3", address, size, d.now.Add(-81*day)); err != nil {
			return err
		}
	}
	half := Module{Path: "pkg.meadow.example/archive", Version: "v0.4.0", GoMod: "module pkg.meadow.example/archive\n\ngo 1.22\n",
		Fetched: d.now.Add(-12 * day)}
	half.Files = demoFiles(half, 60, nil)
	if err := d.PartialDownload(half); err != nil {
		return err
	}
	crashed := d.mods["github.com/klauspost/compress"][1].Module
	crashed.Fetched = d.now.Add(-203 * day)
	crashed.Files = demoFiles(crashed, 40, nil)
	if _, err := d.Leftovers(crashed); err != nil {
		return err
	}
	edited := d.mods["github.com/sirupsen/logrus"][3].Module
	err := d.Edit(edited, "doc.go", d.now.Add(-9*day), func(text string) string {
		return text + "\nfunc init() { println(\"who calls this?\") } // to be removed\n"
	})
	if err != nil {
		return err
	}
	if _, err := d.Alien(filepath.ToSlash(filepath.Join("github.com", "spf13", ".DS_Store")), []byte("\x00\x00\x00\x01Bud1")); err != nil {
		return err
	}
	script := fmt.Sprintf("#!/bin/sh\n# installed by hand\nexec go run %s \"$@\"\n", "example.com/ledger@latest")
	return d.write(filepath.Join(d.GOBIN, "ledger"), []byte(script), 0o777, d.now.Add(-55*day))
}
