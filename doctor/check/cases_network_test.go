package check

import (
	"path/filepath"
	"slices"

	"godoctor/doctor/finding"
	"godoctor/scan/cachetest"
)

var networkCases = slices.Concat(goproxyCases, gosumdbCases, privateCases, gitCases, tlsCases, offlineCases)

// ask is a go command that asks a proxy.
var ask = []string{"go", "list", "-m", "example.com/dep@latest"}

// goproxy sets GOPROXY in the GOENV file, as go env -w does.
func (l *lab) goproxy(value string) {
	l.set("GOPROXY", "")
	l.goenv("GOPROXY=" + value)
}

// theProxy gives GOPROXY back, after a fix took a bad one away: go's default would be a network.
func (l *lab) theProxy() { l.goproxy(l.GOPROXY) }

// other is published, and has no line in go.sum.
func (l *lab) other() {
	must(l.t, l.Publish(cachetest.Module{Path: "example.com/other", Version: "v1.0.0", Files: map[string]string{"o.go": "package other\n"}}))
}

func firstGoenvLine(l *lab) finding.Target { return finding.Target{File: l.goenvFile(), Line: 1} }

var goproxyCases = []labCase{{
	id: "goproxy-malformed", name: "scheme",
	damage:   func(l *lab) { l.goproxy("ftp://proxy.example.com") },
	twin:     func(l *lab) { l.goproxy(" " + l.GOPROXY + " , direct ") },
	goes:     ask,
	says:     "invalid proxy URL scheme (must be https, http, file): …",
	severity: finding.Error, target: firstGoenvLine, detail: []string{"ftp://proxy.example.com", "env:1"},
	fix: FixSetting, cure: (*lab).theProxy,
}, {
	id: "goproxy-malformed", name: "a word",
	damage:   func(l *lab) { l.goproxy("proxy," + l.GOPROXY) },
	goes:     ask,
	says:     "invalid proxy URL missing scheme: …",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting, cure: (*lab).theProxy,
}, {
	id: "goproxy-malformed", name: "a word in capitals",
	damage:   func(l *lab) { l.goproxy(l.GOPROXY + ",Direct") },
	goes:     ask,
	says:     "invalid proxy URL missing scheme: …",
	severity: finding.Error, target: firstGoenvLine, detail: []string{"Direct"}, fix: FixSetting,
}, {
	id: "goproxy-malformed", name: "nothing",
	damage:   func(l *lab) { l.goproxy(",,|") },
	goes:     ask,
	says:     "GOPROXY list is not the empty string, but contains no entries",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting, cure: (*lab).theProxy,
}, {
	id: "goproxy-malformed", name: "file with a host",
	damage:   func(l *lab) { l.goproxy("file://host/srv/proxy") },
	goes:     ask,
	says:     "invalid file:// proxy URL with non-path elements: …",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting, cure: (*lab).theProxy,
}, {
	id: "goproxy-malformed", name: "semicolon",
	damage:   func(l *lab) { l.goproxy("https://user:secret@proxy.invalid;direct") },
	goes:     ask,
	says:     "lookup …;direct",
	severity: finding.Error, target: firstGoenvLine, detail: []string{`"https://proxy.invalid;direct" is one entry`}, fix: FixSetting,
	cure: (*lab).theProxy,
}, {
	id: "goproxy-malformed", name: "semicolon in the environment",
	damage:   func(l *lab) { l.set("GOPROXY", l.GOPROXY+";direct") },
	twin:     func(l *lab) { l.set("GOPROXY", l.GOPROXY+"/a;b,"+l.GOPROXY) },
	silent:   "a file: go says that it is not there",
	severity: finding.Error, target: func(*lab) finding.Target { return finding.Target{Path: "GOPROXY"} },
	fix: FixEnvironment, cure: func(l *lab) { l.set("GOPROXY", l.GOPROXY+",direct") },
}, {
	id:       "goproxy-stops",
	damage:   func(l *lab) { l.goproxy("http://127.0.0.1:1," + l.GOPROXY) },
	twin:     func(l *lab) { l.goproxy("http://127.0.0.1:1,direct") },
	goes:     ask,
	says:     "dial tcp …: connect: connection refused",
	severity: finding.Note, target: firstGoenvLine, detail: []string{"http://127.0.0.1:1", "file://"}, fix: FixSetting,
}, {
	id: "goproxy-stops", name: "refused",
	damage:   func(l *lab) { l.goproxy(l.serve(403) + "," + l.GOPROXY) },
	twin:     func(l *lab) { l.goproxy(l.GOPROXY + ",http://127.0.0.1:1") },
	goes:     ask,
	says:     "reading …/@v/list: 403 Forbidden",
	severity: finding.Note, target: firstGoenvLine, fix: FixSetting,
}, {
	id: "goproxy-stops", name: "nowhere",
	damage:   func(l *lab) { l.goproxy("http://127.0.0.1:0,direct") },
	silent:   "behind it would be a network",
	severity: finding.Warning, target: firstGoenvLine, detail: []string{"the origin"}, fix: FixSetting,
}}

var gosumdbCases = []labCase{{
	id:       "gosumdb-broken",
	damage:   func(l *lab) { l.other(); l.set("GOSUMDB", "sum.example.com") },
	twin:     func(l *lab) { l.set("GOSUMDB", "sum.golang.org https://sum.example.com") },
	goes:     []string{"go", "mod", "download", "example.com/other@v1.0.0"},
	says:     "invalid GOSUMDB: malformed verifier id",
	severity: finding.Error, target: func(*lab) finding.Target { return finding.Target{Path: "GOSUMDB"} },
	fix: FixEnvironment, cure: func(l *lab) { l.set("GOSUMDB", "off") },
}, {
	id: "gosumdb-broken", name: "fields",
	damage: func(l *lab) {
		l.other()
		l.set("GOSUMDB", "")
		l.goenv("GOSUMDB=sum.golang.org https://sum.example.com and more")
	},
	goes:     []string{"go", "mod", "download", "example.com/other@v1.0.0"},
	says:     "invalid GOSUMDB: too many fields",
	severity: finding.Error, target: firstGoenvLine, fix: FixSetting,
	cure: func(l *lab) { l.goenv("GOSUMDB=off") },
}, {
	id: "gosumdb-broken", name: "address",
	damage:   func(l *lab) { l.other(); l.set("GOSUMDB", "sum.golang.org ://sum.example.com") },
	goes:     []string{"go", "mod", "download", "example.com/other@v1.0.0"},
	says:     "invalid GOSUMDB URL: …",
	severity: finding.Error, fix: FixEnvironment,
	cure: func(l *lab) { l.set("GOSUMDB", "off") },
}, {
	id: "gosumdb",
	damage: func(l *lab) {
		l.set("GOPROXY", l.GOPROXY+",direct")
		l.set("GOSUMDB", "")
		l.goenv("GOSUMDB=off")
	},
	silent:   "that it is silent is the condition",
	severity: finding.Warning, target: firstGoenvLine, detail: []string{"GOSUMDB is off", "env:1"}, fix: FixSetting,
}, {
	id: "gosumdb", name: "without a network",
	damage:   func(l *lab) { l.set("GOSUMDB", "off") },
	silent:   "likewise",
	severity: finding.Note, fix: FixEnvironment,
	cure: func(l *lab) { l.set("GOSUMDB", "") },
}, {
	id: "gosumdb", name: "as some distributions deliver it",
	damage: func(l *lab) {
		root := filepath.Join(l.Home, "go")
		l.write(filepath.Join(root, "go.env"), "GOPROXY=direct\nGOSUMDB=off\n")
		l.write(filepath.Join(root, "VERSION"), "go1.26.8\n")
		l.set("GOROOT", root)
		l.set("GOPROXY", "")
		l.set("GOSUMDB", "")
	},
	silent:   "likewise",
	severity: finding.Note,
	target: func(l *lab) finding.Target {
		return finding.Target{File: filepath.Join(l.Home, "go", "go.env"), Line: 2}
	},
	fix:  FixGoroot,
	cure: func(l *lab) { l.goenv("GOSUMDB=sum.golang.org") },
}, {
	id: "gosumdb", name: "everything is private",
	damage:   func(l *lab) { l.goenv("GOPRIVATE=a.example,*") },
	twin:     func(l *lab) { l.goenv("GOPRIVATE=*.corp.example") },
	silent:   "likewise",
	severity: finding.Warning, target: firstGoenvLine, detail: []string{"GOPRIVATE=a.example,*"}, fix: FixSetting,
}}
