package toolchain

import (
	"regexp"
	"strconv"
	"strings"
)

// A kind is what sort of version a text is.
type kind uint8

const (
	invalid kind = iota
	release
	prerelease
	devel
	foreign // gccgo and other compilers, which have their own releases
)

// A parsed is a version taken apart.
type parsed struct {
	kind   kind
	minor  int    // 26 of go1.26.8: the major release, in Go's words
	patch  int    // 8; 0 where it is not said
	pre    string // "rc1"
	suffix string // what somebody added: "-1ubuntu", " (Red Hat 1.24.4-1.el9)"
}

// versionForm is one go version with whatever stands behind it. Numbers longer than these were never
// released.
var versionForm = regexp.MustCompile(`^(?:go)?1(?:\.([0-9]{1,4}))?(?:\.([0-9]{1,4}))?((?:rc|beta|alpha)[0-9]{1,3})?(?:([-+~ _].*)|$)`)

// develForm finds what a development version will become: "devel go1.28-0123abc Mon Nov 2 ...", since Go 1.25
// "go1.28-devel_0123abc Mon Nov 2 ...".
var develForm = regexp.MustCompile(`go1\.([0-9]{1,4})-`)

// parse takes apart what runtime.Version says somewhere, or what a VERSION file or a directory name has.
func parse(version string) parsed {
	v := strings.TrimSpace(version)
	if strings.Contains(v, "gccgo") || strings.Contains(v, "gollvm") || strings.HasPrefix(v, "tinygo") {
		return parsed{kind: foreign}
	}
	if strings.HasPrefix(v, "devel") || strings.Contains(v, "-devel") {
		p := parsed{kind: devel}
		if m := develForm.FindStringSubmatch(v); m != nil {
			p.minor, _ = strconv.Atoi(m[1])
		}
		return p
	}
	m := versionForm.FindStringSubmatch(v)
	if m == nil {
		return parsed{}
	}
	p := parsed{kind: release, pre: m[3], suffix: experiments.ReplaceAllString(m[4], "")}
	p.minor, _ = strconv.Atoi(m[1])
	p.patch, _ = strconv.Atoi(m[2])
	if p.pre != "" {
		p.kind = prerelease
	}
	return p
}

// experiments is what the linker adds to the version of a toolchain that was built with GOEXPERIMENT: the
// release is the same.
var experiments = regexp.MustCompile(`[ -]X:[a-z0-9,_]+$`)

// same reports whether VERSION and the binary say the same release. One of them may carry what a packager
// added.
func same(a, b string) bool {
	if experiments.ReplaceAllString(a, "") == experiments.ReplaceAllString(b, "") {
		return true
	}
	p, q := parse(a), parse(b)
	if p.kind != release && p.kind != prerelease {
		return p.kind == devel && q.kind == devel
	}
	suffixes := p.suffix == q.suffix || p.suffix == "" || q.suffix == ""
	p.suffix, q.suffix = "", ""
	return p == q && suffixes
}

// lang is the major release: "go1.26".
func (p parsed) lang() string { return "go1." + strconv.Itoa(p.minor) }

// compare orders versions: what is none first, then by number, pre-releases before their release, a
// development version behind the releases of the one before it.
func compare(a, b parsed) int {
	rank := func(p parsed) []int {
		switch p.kind {
		case devel:
			return []int{1, p.minor, -1, 0}
		case prerelease:
			n, _ := strconv.Atoi(strings.TrimLeft(p.pre, "abcehlpt r"))
			if p.pre[0] == 'r' {
				n += 1000
			}
			return []int{1, p.minor, p.patch, n}
		case release:
			return []int{1, p.minor, p.patch, 1 << 20}
		}
		return []int{0, 0, 0, 0}
	}
	x, y := rank(a), rank(b)
	for i := range x {
		if x[i] != y[i] {
			return x[i] - y[i]
		}
	}
	return 0
}
