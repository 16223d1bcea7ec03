package check

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

var integrityCases = slices.Concat(sumCases, moduleCases, nameCases)

const wrongHash = "h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="

func gosumFile(l *lab) string { return filepath.Join(l.project, "go.sum") }

// line changes the hash in the go.sum line of the dependency's zip.
func (l *lab) line(add bool) {
	h, err := l.mod.Sum()
	must(l.t, err)
	old := "example.com/dep v1.2.0 " + h + "\n"
	if add {
		l.edit("go.sum", old, "example.com/dep v1.2.0 "+wrongHash+"\n"+old)
	} else {
		l.edit("go.sum", old, "example.com/dep v1.2.0 "+wrongHash+"\n")
	}
}

func (l *lab) healSum() { l.write("go.sum", l.GoSum(l.mod)) }

func inModule(l *lab) finding.Target {
	return finding.Target{Module: "example.com/dep", Version: "v1.2.0"}
}

// drop removes a file of the dependency's directory or of its download.
func (l *lab) drop(file string) {
	must(l.t, os.Chmod(filepath.Dir(file), 0o777))
	must(l.t, os.Remove(file))
}

var sumCases = []labCase{{
	id:       "checksum-mismatch",
	damage:   func(l *lab) { l.line(false) },
	goes:     []string{"go", "build"},
	says:     "verifying …: checksum mismatch downloaded: … go.sum: …",
	severity: finding.Error,
	target:   inModule,
	fix:      "find-out",
	cure:     (*lab).healSum,
}, {
	id:       "checksum-mismatch",
	name:     ".ziphash",
	damage:   func(l *lab) { l.write(l.CachePath(l.mod, "ziphash"), wrongHash) },
	twin:     func(l *lab) { l.write(l.CachePath(l.mod, "ziphash"), "no hash: go makes it again") },
	goes:     []string{"go", "build"},
	says:     "SECURITY ERROR This download does NOT match an earlier download recorded in go.sum.",
	severity: finding.Error,
	target:   inModule,
	fix:      "find-out",
	cure:     func(l *lab) { l.drop(l.CachePath(l.mod, "ziphash")); l.run("go", "mod", "download") },
}, {
	id:       "gosum-missing",
	damage:   func(l *lab) { l.edit("go.sum", "example.com/dep v1.2.0 h1:", "example.com/gone v1.2.0 h1:") },
	goes:     []string{"go", "build"},
	says:     "missing go.sum entry for module providing package …",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{File: gosumFile(l)} },
	detail:   []string{"example.com/dep v1.2.0", "p.go:3"},
	fix:      "tidy",
	cure:     (*lab).healSum,
}, {
	id:       "gosum-missing",
	name:     "go.mod",
	damage:   func(l *lab) { l.edit("go.sum", "example.com/dep v1.2.0/go.mod", "example.com/gone v1.2.0/go.mod") },
	twin:     func(l *lab) { l.edit("go.sum", "\n", "\r\n") },
	goes:     []string{"go", "list", "-m", "all"},
	says:     "missing go.sum entry for go.mod file; to add it: go mod download …",
	severity: finding.Warning,
	fix:      "tidy",
	cure:     (*lab).healSum,
}, {
	id:       "gosum-conflict",
	damage:   func(l *lab) { l.line(true) },
	goes:     []string{"go", "build"},
	says:     "SECURITY ERROR This download does NOT match an earlier download recorded in go.sum.",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{Module: "example.com/dep", File: gosumFile(l)} },
	fix:      "keep-right-line",
	cure:     (*lab).healSum,
}, {
	id:       "gosum-malformed",
	damage:   func(l *lab) { l.write("go.sum", "<<<<<<< HEAD\n"+l.GoSum(l.mod)+"=======\n>>>>>>> b\n") },
	goes:     []string{"go", "build"},
	says:     "malformed go.sum: …: wrong number of fields …",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{File: gosumFile(l), Line: 1} },
	cure:     (*lab).healSum,
}}

var moduleCases = []labCase{{
	id: "zip-damaged",
	damage: func(l *lab) {
		must(l.t, os.Chmod(l.CachePath(l.mod, "zip"), 0o666))
		must(l.t, os.Truncate(l.CachePath(l.mod, "zip"), 200))
	},
	goes:     []string{"go", "mod", "verify"},
	says:     "zip: not a valid zip file",
	severity: finding.Error,
	target:   inModule,
	fix:      "fetch-again",
	cure: func(l *lab) {
		b, err := l.mod.Zip()
		must(l.t, err)
		l.write(l.CachePath(l.mod, "zip"), string(b))
	},
}, {
	id:   "zip-damaged",
	name: "of nothing",
	damage: func(l *lab) {
		l.write(l.CachePath(l.mod, "zip"), "PK\x05\x06"+strings.Repeat("\x00", 18))
		l.drop(l.CachePath(l.mod, "ziphash"))
	},
	goes:     []string{"go", "mod", "download"},
	says:     "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
	severity: finding.Error,
	target:   inModule,
	detail:   []string{"it has no files"},
	fix:      "fetch-again",
	cure: func(l *lab) {
		b, err := l.mod.Zip()
		must(l.t, err)
		l.write(l.CachePath(l.mod, "zip"), string(b))
		os.Remove(l.CachePath(l.mod, "ziphash"))
		l.run("go", "mod", "download")
	},
}, {
	id:       "ziphash-missing",
	damage:   func(l *lab) { l.drop(l.CachePath(l.mod, "ziphash")) },
	goes:     []string{"go", "mod", "verify"},
	says:     "missing ziphash: open …",
	severity: finding.Warning,
	target:   inModule,
	fix:      "renew-ziphash",
	cure:     func(l *lab) { l.run("go", "mod", "download") },
}, {
	id:       "mod-mismatch",
	damage:   func(l *lab) { l.write(l.CachePath(l.mod, "mod"), "module example.com/dep\n") },
	goes:     []string{"go", "list", "-m", "all"},
	says:     "verifying …/go.mod: checksum mismatch",
	severity: finding.Error,
	target:   inModule,
	fix:      "fetch-mod",
	cure:     func(l *lab) { l.write(l.CachePath(l.mod, "mod"), l.mod.Mod()) },
}, {
	id:       "info-damaged",
	damage:   func(l *lab) { l.write(l.CachePath(l.mod, "info"), "{") },
	silent:   "a build does not read it",
	severity: finding.Warning,
	target:   inModule,
	fix:      "fetch-info",
	cure: func(l *lab) {
		b, err := l.mod.Info()
		must(l.t, err)
		l.write(l.CachePath(l.mod, "info"), string(b))
	},
}, {
	id:       "partial-download",
	damage:   func(l *lab) { l.write(l.CachePath(l.mod, "partial"), "") },
	silent:   "go unpacks it again without a word",
	severity: finding.Warning,
	target:   inModule,
	fix:      "finish",
	cure:     func(l *lab) { l.run("go", "mod", "download") },
}, {
	id:       "sources-modified",
	name:     "an edit",
	damage:   func(l *lab) { l.write(filepath.Join(l.Dir(l.mod), "sub", "sub.go"), "package sub // edited\n") },
	goes:     []string{"go", "mod", "verify"},
	says:     "dir has been modified (…)",
	severity: finding.Error,
	target:   inModule,
	fix:      "unpack-again",
	cure:     func(l *lab) { l.write(filepath.Join(l.Dir(l.mod), "sub", "sub.go"), "package sub\n") },
}, {
	id:   "sources-modified",
	name: "files are gone",
	damage: func(l *lab) {
		l.drop(filepath.Join(l.Dir(l.mod), "dep.go"))
		l.set("GOCACHE", filepath.Join(l.Home, "cache")) // no index of the directory
	},
	goes:      []string{"go", "build"},
	says:      "no non-test Go files in …",
	severity:  finding.Error,
	target:    inModule,
	fix:       "unpack-again",
	incurable: "the index stays: index-poisoned",
}, {
	id: "crash-damage",
	damage: func(l *lab) {
		l.write(filepath.Join(l.Dir(l.mod), "dep.go"), "")
		l.set("GOCACHE", filepath.Join(l.Home, "cache"))
	},
	goes:      []string{"go", "build"},
	says:      "expected 'package', found 'EOF'",
	severity:  finding.Error,
	target:    inModule,
	fix:       "unpack-again",
	incurable: "the index stays: index-poisoned",
}, {
	id: "odd-entry",
	damage: func(l *lab) {
		l.drop(filepath.Join(l.Dir(l.mod), "sub", "sub.go"))
		must(l.t, os.Symlink("../dep.go", filepath.Join(l.Dir(l.mod), "sub", "sub.go")))
	},
	silent:   "go follows the link",
	severity: finding.Warning,
	target:   inModule,
	fix:      "unpack-again",
	cure: func(l *lab) {
		l.drop(filepath.Join(l.Dir(l.mod), "sub", "sub.go"))
		l.write(filepath.Join(l.Dir(l.mod), "sub", "sub.go"), "package sub\n")
	},
}, {
	id: "index-poisoned",
	damage: func(l *lab) {
		l.set("GOCACHE", filepath.Join(l.Home, ".cache", "go-build"))
		l.drop(filepath.Join(l.Dir(l.mod), "dep.go"))
		l.run("go", "build")
		l.write(filepath.Join(l.Dir(l.mod), "dep.go"), l.mod.Files["dep.go"])
	},
	goes:     []string{"go", "build"},
	says:     "no non-test Go files in …",
	severity: finding.Error,
	target:   inModule,
	fix:      "drop-index",
	cure:     func(l *lab) { l.run("go", "clean", "-cache") },
}, {
	id:       "leftover-tmp",
	damage:   func(l *lab) { _, err := l.Leftovers(l.mod); must(l.t, err) },
	silent:   "go passes over it",
	severity: finding.Note,
	fix:      "remove",
	cure: func(l *lab) {
		for _, pattern := range []string{filepath.Join(l.Dir(l.mod) + ".tmp-*"), filepath.Join(filepath.Dir(l.CachePath(l.mod, "zip")), "*.tmp*")} {
			list, err := filepath.Glob(pattern)
			must(l.t, err)
			for _, file := range list {
				must(l.t, os.RemoveAll(file))
			}
		}
	},
}, {
	id: "list-damaged",
	damage: func(l *lab) {
		l.write(filepath.Join(filepath.Dir(l.CachePath(l.mod, "zip")), "list"), "v1.2.0\n\x00\x00\x00\x00")
	},
	silent:   "go does not read it",
	severity: finding.Note,
	fix:      "remove",
	cure:     func(l *lab) { l.drop(filepath.Join(filepath.Dir(l.CachePath(l.mod, "zip")), "list")) },
}, {
	id: "vcs-damaged",
	damage: func(l *lab) {
		dir, err := l.VCS("git3", "https://git.example.com/x", 100, cachetest.Released)
		must(l.t, err)
		must(l.t, os.Remove(filepath.Join(dir, "HEAD")))
	},
	silent:   "no network in tests",
	severity: finding.Warning,
	fix:      "remove-clone",
	cure:     func(l *lab) { must(l.t, os.RemoveAll(filepath.Join(l.GOMODCACHE, "cache", "vcs"))) },
}}

var nameCases = []labCase{{
	id:       "gomod-malformed",
	damage:   func(l *lab) { l.edit("go.mod", "module example.com/p\n", "<<<<<<< HEAD\nmodule example.com/p\n") },
	goes:     []string{"go", "build"},
	says:     "go: errors parsing go.mod: …:",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.project, "go.mod"), Line: 1} },
	fix:      "edit",
	cure:     func(l *lab) { l.edit("go.mod", "<<<<<<< HEAD\n", "") },
}, {
	id:       "gomod-malformed",
	name:     "marker",
	damage:   func(l *lab) { l.edit("go.mod", "go 1.20\n", "go 1.20\n<<<<<<< HEAD\n") },
	goes:     []string{"go", "list"},
	says:     "unknown directive: <<<<<<<",
	severity: finding.Error,
	target:   func(l *lab) finding.Target { return finding.Target{File: filepath.Join(l.project, "go.mod"), Line: 4} },
	fix:      "edit",
	cure:     func(l *lab) { l.edit("go.mod", "<<<<<<< HEAD\n", "") },
}, {
	id: "module-path-case",
	damage: func(l *lab) {
		mod := cachetest.Module{Path: "example.com/Upper", Version: "v1.0.0", GoMod: "module example.com/upper\n", Files: map[string]string{"u.go": "package upper\n"}}
		must(l.t, l.Publish(mod))
		must(l.t, l.Install(mod))
		l.edit("go.mod", "require example.com/dep v1.2.0", "require example.com/dep v1.2.0\nrequire example.com/Upper v1.0.0")
		l.write("go.sum", l.GoSum(l.mod, mod))
	},
	goes:      []string{"go", "list", "-m", "all"},
	says:      "module declares its path as: … but was required as: …",
	severity:  finding.Error,
	target:    func(*lab) finding.Target { return finding.Target{Module: "example.com/Upper"} },
	detail:    []string{"example.com/upper"},
	fix:       "require-declared",
	incurable: "there is no module of the other path",
}, {
	id: "case-collision",
	damage: func(l *lab) {
		l.write("foo/x.go", "package foo\n")
		l.write("Foo/x.go", "package foo\n")
		l.edit("p.go", "import \"example.com/dep\"", "import \"example.com/dep\"\nimport _ \"example.com/p/foo\"\nimport _ \"example.com/p/Foo\"")
	},
	goes:     []string{"go", "build"},
	says:     "case-insensitive import collision: … and …",
	severity: finding.Warning,
	target:   func(l *lab) finding.Target { return finding.Target{Path: filepath.Join(l.project, "foo")} },
	fix:      "rename",
	cure: func(l *lab) {
		must(l.t, os.RemoveAll(filepath.Join(l.project, "Foo")))
		l.edit("p.go", "import _ \"example.com/p/Foo\"", "")
	},
}}
