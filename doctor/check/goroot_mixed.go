package check

import (
	"fmt"
	"path/filepath"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/toolchain"
)

var gorootMixed = &Check{
	ID:       "goroot-mixed",
	Title:    "two Go releases lie in one tree",
	Severity: finding.Error,
	Cost:     Walk,
	Covers:   []string{"C42"},
	Says: []string{
		"redeclared in this block",
		`compile: version "…" does not match go tool version "…"`,
	},
	Help: Help{
		Why: "An archive of Go was unpacked over an older one. Files that the new release does not have any more stay, and are compiled " +
			"with the new ones: names are declared twice, inside the standard library. An update that was broken off leaves a go command " +
			"and a compiler of two releases.",
		Look: "All files of an archive have one time: 'find $(go env GOROOT)/src -name \"*.go\" -printf \"%TF\\n\" | sort | uniq -c' shows more " +
			"than one day. 'godoctor toolchains verify --sumdb --fetch' names every file that is not of the release.",
		Do:  "Delete the whole tree, and unpack the release into an empty place, as the installation guide says.",
		See: []string{"https://go.dev/doc/install"},
	},
	Run: func(p *Pass) {
		seen := map[string]bool{}
		_, hand := p.handGoroot()
		for _, root := range []string{p.ownGoroot(), hand, p.activeGoroot()} {
			if real, err := filepath.EvalSymlinks(root); err == nil {
				root = real
			}
			if root == "" || seen[root] || !isDirectory(root) {
				continue
			}
			seen[root] = true
			if x := toolchain.Mingled(root); x.Mixed() {
				p.Report(mixedFinding(root, &x))
			}
		}
	},
}

// activeGoroot is the tree of the go that runs in the end.
func (p *Pass) activeGoroot() string {
	if f := p.Inventory.Toolchains; f != nil {
		return f.Choice.Root
	}
	return ""
}

func mixedFinding(root string, x *toolchain.Mix) finding.Finding {
	var text []string
	if x.Compiler != "" && x.Compiler != x.Go {
		text = append(text, fmt.Sprintf("bin/go is %s, the compiler %s", x.Go, x.Compiler))
	}
	if x.File != "" && x.Go != "" && x.File != x.Go {
		text = append(text, fmt.Sprintf("VERSION says %s, bin/go %s", x.File, x.Go))
	}
	if n := len(x.Left) + x.More; n > 0 {
		text = append(text, fmt.Sprintf("of another release are left: %d Go files of the standard library, like %s", n, x.Left[0]))
	}
	f := finding.Finding{
		Detail: root + ": " + strings.Join(text, "; ") + ".",
		Target: finding.Target{Path: root}, More: x.More,
		Fixes: []finding.Fix{{ID: "install-go", Title: "delete " + root + " and install Go anew into an empty place", NeedsNetwork: true}},
	}
	for _, file := range x.Left {
		f.Files = append(f.Files, finding.File{Path: file, Change: finding.Extra})
	}
	return f
}
