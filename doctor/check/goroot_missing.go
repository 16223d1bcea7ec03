package check

import (
	"fmt"
	"os"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var gorootMissing = &Check{
	ID:       "goroot-missing",
	Title:    "GOROOT names something that is no Go",
	Severity: finding.Error,
	Cost:     Stat,
	Covers:   []string{"C41"},
	Says: []string{
		"go: cannot find GOROOT directory: …",
		"package … is not in std (…)",
	},
	Help: Help{
		Why: "GOROOT is set and leads nowhere, or to a directory without a Go in it: a version that a package manager has removed, " +
			"like a Cellar path of Homebrew, a typing error, or the place where go was installed once. Where there is no such directory no " +
			"go command starts; where there is one the standard library cannot be found. (A line of the GOENV file that keeps go from " +
			"starting says goenv-bricks.)",
		Look: "'ls $GOROOT/src/runtime'; 'godoctor env' says who sets GOROOT, also when go does not start.",
		Do:   "Unset GOROOT where it is set: the go command finds its tree itself.",
		See:  []string{"golang/go#79648", "moovweb/gvm#126"},
	},
	Run: func(p *Pass) {
		set, dir := p.handGoroot()
		if dir == "" || set.Origin == goenv.OriginFile && !isDirectory(dir) { // that is goenv-bricks
			return
		}
		f := finding.Finding{Target: at(set), Witnesses: p.exported("GOROOT"), Fixes: []finding.Fix{unset(set)}}
		switch _, err := os.Stat(dir); {
		case !isDirectory(dir) && err == nil:
			f.Detail = fmt.Sprintf("GOROOT=%.200s of %s is not a directory: no go command starts.", set.Value, from(set))
		case err != nil:
			f.Detail = fmt.Sprintf("GOROOT=%.200s of %s does not exist: no go command starts.", set.Value, from(set))
		case !isDirectory(dir+"/src/runtime") && !isDirectory(dir+"/pkg/tool"):
			f.Detail = fmt.Sprintf("GOROOT=%.200s of %s has neither a standard library nor tools: no package is found.", set.Value, from(set))
		default:
			return
		}
		p.Report(f)
	},
}
