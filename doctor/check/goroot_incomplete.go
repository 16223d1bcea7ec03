package check

import (
	"fmt"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/toolchain"
)

var gorootIncomplete = &Check{
	ID:       "goroot-incomplete",
	Title:    "parts of the Go installation are missing",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C50"},
	Says: []string{
		"cannot find GOROOT directory: 'go' binary is trimmed and GOROOT is not set",
		"package … is not in std (…)",
		"no such tool \"…\"",
	},
	Help: Help{
		Why: "A build needs the sources of the standard library, the tools in pkg/tool and the headers in pkg/include. Distributions put " +
			"them into packages of their own (golang-bin without golang-src, golang-VERSION-go without golang-VERSION-src); somebody copied " +
			"only the go command; a removal or an unpacking was broken off.",
		Look: "'ls $(go env GOROOT)/src/runtime $(go env GOTOOLDIR)', or 'godoctor toolchains', which names what a tree lacks.",
		Do:   "Install the missing package of the distribution, or delete the tree and install Go anew.",
		See:  []string{"https://go.dev/doc/install"},
	},
	Run: func(p *Pass) {
		set, root := p.handGoroot()
		if root == "" {
			root = p.ownGoroot()
		}
		goos, goarch := p.hostPlatform()
		if root == "" || !isDirectory(root) {
			return
		}
		list := toolchain.Lacks(root, goos, goarch)
		if len(list) == 0 || len(list) >= 3 && !isDirectory(root+"/src") && set.Value == root { // that is goroot-missing
			return
		}
		p.Report(finding.Finding{
			Detail: fmt.Sprintf("%s has no %s: %s", root, strings.Join(list, ", no "), whatLacks(list)),
			Target: finding.Target{Path: root},
			Fixes:  []finding.Fix{{ID: "install-go", Title: "install the missing part by the way that this Go came, or install Go anew", NeedsNetwork: true}},
		})
	},
}

// whatLacks says what a missing part means.
func whatLacks(list []string) string {
	for _, part := range list {
		switch {
		case strings.HasPrefix(part, "src"):
			return "no package of the standard library that is not there can be imported; a distribution may have the sources in a package of their own."
		case strings.HasPrefix(part, "pkg/tool/") && strings.Count(part, "/") == 2:
			return "the go command does not find its own tree, and does not start."
		}
	}
	return "builds that need it stop."
}
