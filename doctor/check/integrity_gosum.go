package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/project"
	"godoctor/scan/source"
)

var gosumMissing = verified("gosum-missing", Check{
	Cost:   Walk,
	Covers: []string{"C18"},
	Says: []string{
		"missing go.sum entry for module providing package …",
		"missing go.sum entry for go.mod file; to add it: go mod download …",
	},
	Help: Help{
		Why: "go writes the hash of everything that it builds with into go.sum, and by itself adds nothing to it (-mod=readonly is the " +
			"default). Lines lack when go.sum was not committed, was cut by hand, or when a merge lost some. The hint " +
			"\"go get MAIN-MODULE\" in go's message is of no use.",
		Look: "The finding names all lines at once. A go.sum line is \"MODULE VERSION HASH\", and one with /go.mod behind the version.",
		Do:   "go mod tidy, or go mod download for the complete set, and commit go.sum.",
		See:  []string{"golang/go#44129", "golang/go#44873"},
	},
	Run: func(p *Pass) {
		summed(p)
		for _, q := range p.Projects {
			p := *p
			if p.Project = q; len(q.SumLacks) == 0 && q.SumState == project.SumOK {
				unsummed(&p)
			}
		}
	},
})

// unsummed finds modules that packages of the project are imported from and that go.sum has no line for: the graph
// alone does not tell whether the content of a module is needed.
func unsummed(p *Pass) {
	q := p.Project
	if q.Kind != project.Module || q.Main == nil || q.Weak || q.Vendored || !p.alone(q) || len(p.Projects) > 20 && !q.holds(p.Dir) {
		return
	}
	has := make(map[module.Version]bool)
	for _, s := range q.Sums {
		if !s.GoMod {
			has[module.Version{Path: s.Path, Version: s.Version}] = true
		}
	}
	lacks := make(map[module.Version]source.Import)
	for _, pkg := range q.packages(p) {
		for _, imp := range pkg.Imports {
			if m := provider(q, imp.Path); m.Path != "" && !has[m] {
				lacks[m] = imp
			}
		}
	}
	if len(lacks) == 0 {
		return
	}
	list := slices.SortedFunc(maps.Keys(lacks), func(a, b module.Version) int { return cmp.Compare(a.Path, b.Path) })
	first := lacks[list[0]]
	p.Report(finding.Finding{
		Detail: fmt.Sprintf("%d lines lack: %s (%s:%d imports %s)", len(list), few(list), first.File, first.Line, first.Path),
		Target: finding.Target{Path: q.Dir, File: q.SumFile},
		Fixes: []finding.Fix{{ID: "tidy", Title: "let go add them", Argv: []string{"go", "-C", q.Dir, "mod", "tidy"}, NeedsNetwork: true,
			Undo: "put the old go.mod and go.sum back"}},
	})
}

// few names the first of a list.
func few(list []module.Version) string {
	var out []string
	for _, m := range list[:min(len(list), 5)] {
		out = append(out, m.Path+" "+m.Version)
	}
	if len(list) > 5 {
		out = append(out, fmt.Sprintf("and %d more", len(list)-5))
	}
	return strings.Join(out, ", ")
}

var gosumConflict = verified("gosum-conflict", Check{
	Cost:   Read,
	Covers: []string{"C07", "C10"},
	Says:   []string{"SECURITY ERROR This download does NOT match an earlier download recorded in go.sum."},
	Help: Help{
		Why: "Two lines name one module version and another hash, in one file or between go.sum and go.work.sum. Which line stands first " +
			"decides whether go builds or stops with a SECURITY ERROR; go mod tidy leaves both. It comes from the merge of two branches.",
		Look: "grep the module and version in go.sum and go.work.sum.",
		Do:   "Keep the line that the checksum database has: godoctor repair does that, and shows the lines first.",
		See:  []string{"https://go.dev/ref/mod#go-sum-files"},
	},
	Run: summed,
})

var gosumMalformed = verified("gosum-malformed", Check{
	Cost:   Read,
	Covers: []string{"C09", "C19"},
	Says: []string{
		"malformed go.sum: …: wrong number of fields …",
	},
	Help: Help{
		Why: "go.sum has a line that is none: a merge left its markers, an editor cut a line, or a hash is of another kind than h1, which " +
			"go takes for no line at all. CRLF line ends are harmless.",
		Look: "The finding names file and line.",
		Do:   "Of a merge, keep the lines of both sides and take the markers out; then go mod tidy.",
		See:  []string{"https://go.dev/ref/mod#go-sum-files"},
	},
	Run: summed,
})

var gosumWrong = verified("gosum-wrong", Check{
	Covers: []string{"C01"},
	Help: Help{
		Why: "A line of go.sum has another hash than the module cache and the checksum database, which agree: it was edited, merged wrongly, " +
			"or written when the tag was another. go stops with a SECURITY ERROR; go mod verify says that all modules are verified, " +
			"because it never looks into go.sum.",
		Look: "godoctor verify MODULE@VERSION lists all witnesses.",
		Do:   "godoctor repair changes that one line, shown as a diff before. Wiping the cache does not help.",
		See:  []string{"golang/go#47752", "golang/go#36130"},
	},
})

var gosumUnsettled = verified("gosum-unsettled", Check{
	Covers: []string{"C01", "C05"},
	Help: Help{
		Why: "go.sum and the module cache disagree about a version, and nothing on this machine can tell who is right. One of them was " +
			"changed; a repair on suspicion would make a lie the truth.",
		Look: "godoctor verify --sumdb MODULE@VERSION asks the checksum database, with its proof.",
		Do:   "Ask it. For a private module compare with a colleague's go.sum.",
		See:  []string{"https://go.dev/ref/mod#checksum-database"},
	},
})

var checksumMismatch = verified("checksum-mismatch", Check{
	Cost:   Walk,
	Covers: []string{"C01", "C02", "C03", "C05", "C06"},
	Says: []string{
		"verifying …: checksum mismatch downloaded: … go.sum: …",
		"SECURITY ERROR This download does NOT match an earlier download recorded in go.sum.",
	},
	Help: Help{
		Why: "The hash in go.sum is not the one in the .ziphash file beside the zip in the module cache. go compares these two texts: the " +
			"word \"downloaded\" in its message often means what .ziphash says, though nothing was downloaded. The line of go.sum may be " +
			"wrong (an edit, a merge), .ziphash may be (a damaged disk, a copied cache), the zip may be (tampering, a bad proxy), or both " +
			"are right about different contents: a tag was moved and one machine asked the origin and not the proxy " +
			"(GOPROXY=direct, GOPRIVATE), or a proxy makes zips with a Go older than 1.24, which leaves nested vendor directories out.",
		Look: "godoctor verify MODULE@VERSION hashes the zip and the directory and names the one that lies; with --sumdb the checksum " +
			"database is asked as well.",
		Do: "godoctor repair mends what verify found: one line of go.sum, .ziphash, or the zip. GOSUMDB=off and GONOSUMDB hide the " +
			"matter and mend nothing.",
		See: []string{"golang/go#47752", "golang/go#29278", "golang/go#37397"},
	},
	Run: glanced,
})

var sumdbMismatch = verified("sumdb-mismatch", Check{
	Covers: []string{"C05"},
	Help: Help{
		Why: "The cache and go.sum agree, and the signed record of the checksum database says something else: somebody was given another " +
			"module under this name than the rest of the world. A tag that was moved after the first download looks the same.",
		Look: "godoctor verify --sumdb MODULE@VERSION.",
		Do:   "Stop. Keep both, find out where the module came from, and take another version.",
		See:  []string{"golang/go#79070", "golang/go#80744"},
	},
})
