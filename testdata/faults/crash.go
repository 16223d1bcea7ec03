//go:build linux && amd64

package main

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	emptied = 788 // files that a power failure left empty after a go mod download (golang/go#36568, and the issue)
	crashes = 50  // caches that are damaged and mended, in a full run
)

// crash is the machine after a power failure. In the first cache every extracted file is empty, and .ziphash is whole; of one half of
// the modules the zip is good, of the other .zip, .mod and .info are empty too. In the others any files are empty, or hold
// nothing but zeros. Nothing of it may be called tampering, and each module costs one download at most, or none where the zip
// is good.
func crash(s *suite) error {
	c, err := newClinic(&s.tools, filepath.Join(s.dir, "0"), 20, swell)
	if err != nil {
		return err
	}
	files, err := c.extracted()
	if err != nil {
		return err
	}
	if files != emptied {
		return fmt.Errorf("the modules have %d files, not %d", files, emptied)
	}
	a := &outage{clinic: c, files: make(map[string]int), bad: make(map[string]bool)}
	for n, m := range c.sick {
		do := damages[3].do
		a.want = append(a.want, "crash-damage")
		if n%2 == 0 {
			do = damages[4].do
			a.want = append(a.want, "mod-mismatch", "info-damaged")
			a.bad[filepath.Base(m.Path)] = true
		}
		if err := do(&patient{c, m}); err != nil {
			return err
		}
	}
	s.ran()
	s.check("everything empty", a.mended())
	first := fmt.Sprintf("%d empty files in %d modules, %d zips fetched, %d were good, mended in %.1f s", files, len(c.sick), len(a.bad), len(c.sick)-len(a.bad), a.took)
	most, hurt, fetched := 1, 0, 0
	if s.seconds >= fullRun {
		most = crashes
	}
	for n := 1; n < most; n++ {
		if err := c.anew(); err != nil {
			return err
		}
		a = &outage{clinic: c, files: make(map[string]int), bad: make(map[string]bool)}
		if err := a.strike(s.rand); err != nil {
			return err
		}
		s.ran()
		s.check(fmt.Sprintf("cache %d: %v", n+1, a.files), a.mended())
		fetched += len(a.bad)
		for _, k := range a.files {
			hurt += k
		}
	}
	if most > 1 {
		first += fmt.Sprintf("; in %d more caches %d files, %d zips fetched", most-1, hurt, fetched)
	}
	s.say("%s", first)
	return nil
}

// An outage is one power failure.
type outage struct {
	*clinic
	want  []string        // what verify finds; nil: anything that crashes do
	files map[string]int  // how many are damaged, by the part of a module that they are
	bad   map[string]bool // modules whose zip is not good
	took  float64         // seconds
}

// strike damages files of some modules.
func (a *outage) strike(random *rand.Rand) error {
	for _, m := range a.sick {
		if random.IntN(3) == 0 {
			continue
		}
		p := &patient{a.clinic, m}
		share := 1 + random.IntN(10) // of ten files in the directory
		if random.IntN(4) > 0 {
			err := filepath.WalkDir(p.file("dir"), func(path string, d fs.DirEntry, err error) error {
				if err != nil || !d.Type().IsRegular() || random.IntN(10) >= share {
					return err
				}
				return a.blank(random, path, "dir")
			})
			if err != nil {
				return err
			}
		}
		for _, part := range []string{"zip", "ziphash", "mod", "info"} {
			if random.IntN(3) > 0 {
				continue
			}
			if err := a.blank(random, p.file(part), part); err != nil {
				return err
			}
			if part == "zip" {
				a.bad[filepath.Base(m.Path)] = true
			}
		}
	}
	return nil
}

// blank leaves a file without a byte, or with as many zeros: that its size is on the disk and what is in it is not.
func (a *outage) blank(random *rand.Rand, file, part string) error {
	a.files[part]++
	fi, err := os.Stat(file)
	if err != nil {
		return err
	}
	text := ""
	if random.IntN(2) == 0 {
		text = strings.Repeat("\x00", int(fi.Size()))
	}
	return (&patient{clinic: a.clinic}).write(file, text)
}

// accidents are what verify may call the damage.
var accidents = []string{"crash-damage", "zip-damaged", "ziphash-wrong", "ziphash-missing", "mod-mismatch", "info-damaged"}

// mended says why the damage is not called what it is, or is not mended as it has to be.
func (a *outage) mended() string {
	list, err := checksIn(a.doctor("verify", "--json").out)
	if err != nil {
		return err.Error()
	}
	slices.Sort(list)
	slices.Sort(a.want)
	for _, check := range list {
		if !slices.Contains(accidents, check) {
			return fmt.Sprintf("verify finds %v", list)
		}
	}
	if a.want != nil && !slices.Equal(list, a.want) {
		return fmt.Sprintf("verify finds %v, want %v", list, a.want)
	}
	a.proxy.forget()
	r := a.repair(nil, "--all")
	if a.took = r.took.Seconds(); r.code != 0 {
		return r.String()
	}
	if why := a.asked(); why != "" {
		return why
	}
	return a.healthy(noNetwork)
}

// asked says which zip was asked for that should not have been, or which was not.
func (a *outage) asked() string {
	a.proxy.mu.Lock()
	defer a.proxy.mu.Unlock()
	for path, f := range a.proxy.files {
		if name := filepath.Base(strings.TrimSuffix(path, "/@v/v1.2.0.zip")); !a.bad[name] || f.requests > 1 {
			return fmt.Sprintf("%s was asked for %d times", path, f.requests)
		}
	}
	if n := len(a.proxy.files); n != len(a.bad) {
		return fmt.Sprintf("%d zips were fetched, want %d", n, len(a.bad))
	}
	return ""
}

// swell gives a module so many files that the first 20 modules have 788 together, as many as it takes for 39 or 40 each.
func swell(n int, files map[string]string) {
	most := 39
	if n < emptied-20*39 {
		most++
	}
	for k := 0; len(files)+1 < most; k++ { // and go.mod
		files[fmt.Sprintf("internal/part%d/f%d.go", k%7, k)] = fmt.Sprintf("package part%d\n\n// N%d is one.\nconst N%d = %q\n", k%7, k, k, noise(uint64(k), 50*(1+n)))
	}
}

// extracted counts the files in the module cache outside cache/download.
func (c *clinic) extracted() (files int, err error) {
	for _, m := range c.sick {
		err := filepath.WalkDir(c.m.Dir(m), func(_ string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				files++
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return files, nil
}
