package check

import (
	"errors"
	"fmt"
	"go/version"
	"io/fs"
	"os"
	"slices"
	"strings"

	"godoctor/doctor/finding"
	"godoctor/scan/goenv"
)

var goenvFile = &Check{
	ID:       "goenv-file",
	Title:    "the GOENV file does not say what it was meant to say",
	Severity: finding.Warning,
	Cost:     Stat,
	Covers:   []string{"C56"},
	Says: []string{
		"go: reading go env config: …",
		"go: writing go env config: open …: permission denied",
	},
	Help: Help{
		Why: "go passes over what it does not understand in the GOENV file, without a word: a line without \"=\", one that begins with a " +
			"blank, a key that is misspelt, one that counts in the environment only. A file that cannot be read is passed over as " +
			"a whole. Only go env -w complains, and where sudo go env -w has made the file, that cannot write any more either. A " +
			"file with the line ends of Windows gives every value a carriage return at its end.",
		Look: "'godoctor env' tells what counts and where it comes from; ls -l $(go env GOENV).",
		Do: "Correct the line, or take it out ('godoctor repair goenv-file' shows the change and keeps the old file). Give the file " +
			"back to its user with chown.",
	},
	Run: func(p *Pass) {
		file := p.Setting("GOENV")
		if file.Value == "" {
			p.goenvOff(file)
			return
		}
		var crlf []finding.Edit
		for _, x := range p.Env.Problems {
			switch {
			case x.File == file.Value && x.Text != "" && strings.HasSuffix(x.Text, "\r"):
				crlf = append(crlf, finding.Edit{Line: x.Line, Old: x.Text, New: strings.TrimSuffix(x.Text, "\r")})
			case x.File == file.Value && x.Text != "":
				p.goenvLine(x)
			case x.Key == "GOENV":
				p.goenvUnread(file, x)
			}
		}
		if len(crlf) > 0 {
			p.goenvCRLF(file, crlf)
		}
		p.goenvHides()
		p.goenvOwner(file)
	},
}

// goenvOff tells that GOENV=off hides a file with settings.
func (p *Pass) goenvOff(s goenv.Setting) {
	dir, err := goenv.UserConfigDir(p.Environ)
	if fi, err2 := os.Stat(dir + "/go/env"); s.Raw == "off" && err == nil && err2 == nil && fi.Size() > 0 {
		p.ReportAs(finding.Note, finding.Finding{Title: "GOENV=off: the settings file is not read",
			Detail: fmt.Sprintf("%s is there, and go passes over it, for GOENV is off in %s", dir+"/go/env", p.origin(s)),
			Target: at(s), Fixes: []finding.Fix{p.amend(s, "")}})
	}
}

// goenvLine tells of one line that does nothing.
func (p *Pass) goenvLine(x goenv.Problem) {
	_, value, _ := strings.Cut(x.Text, "=")
	if x.Unknown {
		if has, known := p.release().Setting(x.Key); has || !known && newer(p.Env.GoVersion()) {
			return // a release that knows more than we do
		}
	}
	f := finding.Finding{Title: "a line of the GOENV file has no effect", Detail: bounded(x.Message),
		Target: finding.Target{Path: x.Key, File: x.File, Line: x.Line}}
	if slices.ContainsFunc(inFile(p.Setting(x.Key)), func(o goenv.Source) bool { return o.Line == x.Line }) {
		f.Title = "a value in the GOENV file is damaged"
	}
	fix := func(title, text string) {
		x := finding.Fix{ID: FixSetting, Title: title, Undo: "godoctor undo puts the file back",
			Edits: []finding.Edit{{Line: x.Line, Old: x.Text, New: text}}}
		f.Fixes = append(f.Fixes, x)
	}
	if len(x.Text) <= editMax && !strings.Contains(x.Text, "GOAUTH") && x.Near != "GOAUTH" {
		if x.Near != "" && len(inFile(p.Setting(x.Near))) == 0 {
			fix("write "+x.Near, x.Near+"="+value)
		}
		fix("take the line out", "")
	}
	p.Report(f)
}

// newer reports whether a release is newer than the list of settings that goenv has, which is that of Go 1.26.
func newer(goversion string) bool {
	lang, _, _ := strings.Cut(goversion, " ")
	return !version.IsValid(lang) || version.Compare(version.Lang(lang), "go1.26") > 0
}

// goenvUnread tells that the file as a whole is not read.
func (p *Pass) goenvUnread(s goenv.Setting, x goenv.Problem) {
	severity := finding.Warning
	if s.Raw == os.DevNull {
		severity = finding.Note // an old way to say off
	}
	f := finding.Finding{Title: "the GOENV file is not read", Detail: bounded(x.Message), Target: finding.Target{Path: "GOENV", File: x.File}}
	if s.Raw != "" {
		f.Fixes = []finding.Fix{p.amend(s, "")}
	} else {
		f.Fixes = []finding.Fix{{ID: FixEnvironment, Title: "give it back to you with chown and chmod, or move it away"}}
	}
	p.ReportAs(severity, f)
}

func (p *Pass) goenvCRLF(file goenv.Setting, edits []finding.Edit) {
	f := finding.Finding{Title: "the GOENV file has the line ends of Windows",
		Detail: fmt.Sprintf("from line %d on: go takes the carriage return as the end of the value", edits[0].Line),
		Target: finding.Target{Path: "GOENV", File: file.Value, Line: edits[0].Line}}
	for _, e := range edits {
		if len(e.Old) > editMax || strings.Contains(e.Old, "GOAUTH") {
			p.Report(f)
			return
		}
	}
	f.Fixes = []finding.Fix{{ID: FixSetting, Title: "end lines with a newline alone", Edits: edits, Undo: "godoctor undo puts the file back"}}
	p.Report(f)
}

// goenvHides tells of lines with an empty value, which hide what the installation sets.
func (p *Pass) goenvHides() {
	for _, s := range p.Env.Settings() {
		over := s.Overrides
		if given(s) || len(over) < 2 || over[0].Origin != goenv.OriginFile || over[0].Value != "" || over[len(over)-1].Origin != goenv.OriginGoroot {
			continue
		}
		last := over[len(over)-1]
		p.Report(finding.Finding{Title: "an empty line of the GOENV file hides what the installation sets",
			Detail: fmt.Sprintf("%s=%s of %s:%d does not count", s.Key, shown(s.Key, last.Value), last.File, last.Line),
			Target: finding.Target{Path: s.Key, File: over[0].File, Line: over[0].Line},
			Fixes:  []finding.Fix{unline(s.Key, "take "+s.Key+" out of the GOENV file", inFile(s))}})
	}
}

// goenvOwner tells that go env -w cannot write the file.
func (p *Pass) goenvOwner(file goenv.Setting) {
	e, err := p.System.Entry(file.Value)
	if errors.Is(err, fs.ErrNotExist) || err != nil || e.UID < 0 || p.System.UID <= 0 || e.UID == p.System.UID || e.Mode&0o002 != 0 {
		return
	}
	p.Report(finding.Finding{Title: "the GOENV file belongs to somebody else",
		Detail: fmt.Sprintf("its owner has the number %d and you have %d: go env -w cannot write it", e.UID, p.System.UID),
		Target: finding.Target{Path: "GOENV", File: file.Value},
		Fixes: []finding.Fix{{ID: "chown", Title: "give it back to you",
			Argv: []string{"sudo", "chown", fmt.Sprint(p.System.UID), file.Value}}}})
}
