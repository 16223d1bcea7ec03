package check

import (
	"testing"

	"godoctor/scan/goenv"
)

// TestHoles: which releases have a hole, and which release of their line is the first without.
func TestHoles(t *testing.T) {
	for _, c := range []struct {
		version string
		proxy   bool // CVE-2026-42501
		fixed   string
		tiles   bool // CVE-2026-56865
		mended  string
	}{
		{"go1.20.14", true, "", true, ""},
		{"go1.24.13", true, "", true, ""},
		{"go1.25.0", true, "go1.25.10", true, "go1.25.13"},
		{"go1.25.9", true, "go1.25.10", true, "go1.25.13"},
		{"go1.25.10", false, "go1.25.10", true, "go1.25.13"},
		{"go1.25.13", false, "go1.25.10", false, "go1.25.13"},
		{"go1.26.2-custom", true, "go1.26.3", true, "go1.26.6"},
		{"go1.26rc1", true, "go1.26.3", true, "go1.26.6"},
		{"go1.26.5", false, "go1.26.3", true, "go1.26.6"},
		{"go1.26.6", false, "go1.26.3", false, "go1.26.6"},
		{"go1.27rc1", false, "", true, "go1.27rc3"},
		{"go1.27rc3", false, "", false, "go1.27rc3"},
		{"go1.27.0", false, "", false, "go1.27rc3"},
		{"go1.28.0", false, "", false, ""},
		{"devel", false, "", false, ""},
	} {
		open, fixed := holes[0].open(c.version)
		tiles, mended := holes[2].open(c.version)
		if open != c.proxy || fixed != c.fixed || tiles != c.tiles || mended != c.mended {
			t.Errorf("%s: %v %q, %v %q", c.version, open, fixed, tiles, mended)
		}
	}
}

// TestSelectionOld: a go command before 1.21 runs itself, whatever GOTOOLCHAIN and the lines say.
func TestSelectionOld(t *testing.T) {
	s := &selector{m: &Machine{Env: goenv.Load(goenv.Input{Dir: "/"})}, local: "go1.20.14", goos: "linux", goarch: "amd64"}
	c := &Choice{Go: Decision{"go 1.99.0", "/p/go.mod", 3}, Toolchain: Decision{"toolchain go1.99.1", "/p/go.mod", 5}}
	for _, value := range []string{"auto", "go1.99.1", "nonsense", ""} {
		o := s.outcome(c, value)
		if o.Name != "go1.20.14" || o.From != FromLocal || o.Error != "" || o.Ignored != c.Toolchain {
			t.Errorf("%q: %+v", value, o)
		}
	}
}

func TestLookupLine(t *testing.T) {
	for _, c := range []struct {
		text, key string
		want      Decision
	}{
		{"module m\n\ngo 1.21\n", "go", Decision{"go 1.21", "f", 3}},
		{"module m\n\n\tgo\t1.21 // why\n", "go", Decision{"go 1.21", "f", 3}},
		{"gopher 1\ngo\ngo 1.2 3\ngo 1.4\n", "go", Decision{"go 1.2 3", "f", 3}},
		{"// go 1.21\n//toolchain go1.22\n", "go", Decision{}},
		{"toolchain go1.22.1\r\n", "toolchain", Decision{"toolchain go1.22.1", "f", 1}},
		{"go // 1.21\ngo 1.22\n", "go", Decision{}},
	} {
		if got := lookupLine(c.text, c.key, "f"); got != c.want {
			t.Errorf("%q: %+v, want %+v", c.text, got, c.want)
		}
	}
}
