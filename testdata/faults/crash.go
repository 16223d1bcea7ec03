//go:build linux && amd64

package main

import (
	"fmt"
	"io/fs"
	"path/filepath"
)

// emptied is how many files a power failure left empty after a go mod download (golang/go#36568, and the issue).
const emptied = 788

// crash is the machine after such a failure: every extracted file is empty, and .ziphash is whole. Of one half of the modules
// the zip is good, of the other .zip, .mod and .info are empty too. Nothing of it may be called tampering, and each module costs
// one download at most, or none where the zip is good.
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
	bad := make(map[string]bool)
	want := make(map[string]int)
	for n, m := range c.sick {
		do := damages[3].do
		want["crash-damage"]++
		if n%2 == 0 {
			do = damages[4].do
			want["mod-mismatch"]++
			want["info-damaged"]++
			bad["/sick.test/!m/"+filepath.Base(m.Path)+"/@v/v1.2.0.zip"] = true
		}
		if err := do(&patient{c, m}); err != nil {
			return err
		}
	}
	s.ran()
	list, err := checksIn(c.doctor("verify", "--json").out)
	if err != nil {
		return err
	}
	got := make(map[string]int)
	for _, check := range list {
		got[check]++
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		s.fault("verify finds %v, want %v", got, want)
	}
	c.proxy.forget()
	r := c.repair(nil, "--all")
	if r.code != 0 {
		s.fault("%s", r)
	}
	c.proxy.mu.Lock()
	for path, f := range c.proxy.files {
		if !bad[path] || f.requests > 1 {
			s.fault("%s was asked for %d times", path, f.requests)
		}
	}
	if n := len(c.proxy.files); n != len(bad) {
		s.fault("%d zips were fetched, want %d", n, len(bad))
	}
	c.proxy.mu.Unlock()
	s.check("after the repair", c.healthy(noNetwork))
	s.say("%d empty files in %d modules, %d zips fetched, %d were good, mended in %.1f s", files, len(c.sick), len(bad), len(c.sick)-len(bad), r.took.Seconds())
	return nil
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
