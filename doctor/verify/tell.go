package verify

import (
	"fmt"
	"slices"
	"strings"

	"godoctor/doctor/finding"
)

// tell reports something about the version. path is what it is about, why a cause in words, raw; both may be empty.
// After the first finding about the content the others of that kind are evidence of it.
func (j *judge) tell(id, path, why string) {
	r := anyRule(id)
	f := finding.Finding{
		Check: id, Severity: r.Severity, Title: r.Title, Docs: id,
		Target:    finding.Target{Module: j.Path, Version: j.Version.Version, Path: path},
		Witnesses: j.witnesses(), Detail: j.detail(id, why), Fixes: j.fixes(id),
	}
	switch id {
	case "ziphash-wrong", "ziphash-missing", "mod-mismatch", "info-damaged", "partial-download", "changed-while-read":
	default:
		j.told = true
	}
	switch id {
	case "sources-modified", "crash-damage", "odd-entry":
		f.Files, f.More = j.files(id)
	case "gosum-unsettled":
		if len(j.GoSum) > 0 {
			f.Target.File, f.Target.Line = j.GoSum[0].From, j.GoSum[0].Line
		}
	}
	j.found = append(j.found, f)
}

// line reports a go.sum line that the checksum database contradicts.
func (j *judge) line(c Claim, right string) {
	r := rule("gosum-wrong")
	j.found = append(j.found, finding.Finding{
		Check: r.ID, Severity: r.Severity, Title: r.Title, Docs: r.ID,
		Target:    finding.Target{Module: j.Path, Version: j.Version.Version, File: c.From, Line: c.Line},
		Witnesses: j.witnesses(),
		Detail:    fmt.Sprintf("the line says %s, the checksum database says %s", c.Hash, right),
		Fixes: []finding.Fix{{ID: "replace-line", Title: "replace the hash in that line by " + right,
			Undo: "put the old line back"}},
	})
}

// files lists the differences that a finding is about.
func (j *judge) files(id string) (list []finding.File, more int) {
	for _, d := range j.Differences {
		if id == "crash-damage" && !d.Empty || id == "odd-entry" && d.Kind != Odd {
			continue
		}
		if len(list) == finding.FilesMax {
			more++
			continue
		}
		change := [...]finding.Change{Modified: finding.Modified, Missing: finding.Missing, Extra: finding.Extra, Odd: finding.Odd}[d.Kind]
		list = append(list, finding.File{Path: d.Path, Change: change})
	}
	return list, more + j.More
}

// claimsMax bounds the go.sum lines and programs that are listed as witnesses.
const claimsMax = 8

// witnesses are all who say something, in the order of the JSON contract.
func (j *judge) witnesses() []finding.Witness {
	var out []finding.Witness
	claims := func(name string, list []Claim, truth string) {
		for _, c := range list[:min(len(list), claimsMax)] {
			from := c.From
			if c.Line > 0 {
				from = fmt.Sprintf("%s:%d", c.From, c.Line)
			}
			out = append(out, finding.Witness{Name: name, Says: c.Hash, From: from, Lies: truth != "" && c.Hash != truth})
		}
	}
	part := func(name string, p *Part, truth string) {
		if says := p.says(); says != "" {
			out = append(out, finding.Witness{Name: name, Says: says, From: p.Path, Lies: truth != "" && p.known() && p.Hash != truth})
		}
	}
	claims("gosum", j.GoSum, j.truth)
	if j.SumDB != nil {
		claims("sumdb", []Claim{*j.SumDB}, j.truth)
	}
	part("zip", &j.Zip, j.truth)
	part("ziphash", &j.Ziphash, j.truth)
	part("dir", &j.Dir, j.truth)
	modTruth := j.modTruth()
	part("mod", &j.Mod, modTruth)
	claims("gomod_gosum", j.GoSumMod, modTruth)
	claims("binary", j.Programs, j.truth)
	return out
}

// says is what a part says: its hash, or in words why it says none; empty where nobody looked.
func (p *Part) says() string {
	switch p.State {
	case Whole:
		return p.Hash
	case Absent:
		return "not there"
	case Empty:
		return "empty"
	case Denied:
		return "cannot be read"
	case Broken, Foreign, Strange:
		return strings.TrimSpace("damaged " + p.Why)
	}
	return ""
}

// detail says what was seen and what follows from it.
func (j *judge) detail(id, why string) string {
	s := ""
	switch id {
	case "sources-modified":
		s = j.benign()
		if s == "" {
			s = "go compiles these files without looking at their hashes"
		}
		if j.truth == "" {
			s += "; nothing outside the cache knows the version, so it is judged by the cache alone"
		}
	case "zip-mismatch":
		s = "go unpacks and runs a zip like that without a word, as long as its old .ziphash stands beside it"
		if j.source != "" {
			s += "; its hash is not that of " + j.source
		}
	case "gosum-unsettled":
		s = "either the line is wrong, or the cache: ask the checksum database (--sumdb) before anything is repaired"
	case "sumdb-mismatch":
		s = "whoever wrote go.sum had the same other content: keep both, and find out where the module came from"
	case "crash-damage":
		s = "that is what a machine leaves that lost power while go was unpacking; nobody has changed these files"
	case "ziphash-missing":
		s = "the extracted directory does not count without it; with the zip there go makes it again, without a network"
	case "checksum-mismatch":
		s = "go build stops with a checksum mismatch, though nothing is downloaded: the line, .ziphash or the zip is wrong"
	case "ziphash-wrong":
		s = "go says that the download does not match, though nothing was downloaded"
	case "mod-mismatch":
		s = "go refuses every command in projects that need it, and never mends it"
	case "info-damaged":
		s = "go get can resolve the version to another one"
	case "partial-download":
		s = "go does not use the directory, and unpacks it again when a build needs it"
	case "changed-while-read":
		s = "nothing is said of it"
	case "permission":
		s = "go fails here with words that hide it: no such module, or not in std"
	}
	if why = strings.TrimSpace(why); why != "" {
		s += " (" + why + ")"
	}
	return s
}

// benign says in words what a difference is that nobody made on purpose; empty where it is none of these.
func (j *judge) benign() string {
	if len(j.Differences) == 0 || j.More > 0 {
		return ""
	}
	ends, junk := 0, 0
	for _, d := range j.Differences {
		switch {
		case d.Kind == Modified && d.Ends:
			ends++
		case d.Kind == Extra && isJunk(d.Path):
			junk++
		}
	}
	switch len(j.Differences) {
	case ends:
		return "only line ends differ: an editor, git or a synchronising program has rewritten them"
	case junk:
		return "only files were added that a file manager leaves behind"
	}
	return ""
}

// isJunk recognises what file managers leave in directories.
func isJunk(path string) bool {
	switch path[strings.LastIndexByte(path, '/')+1:] {
	case ".DS_Store", "desktop.ini", "Thumbs.db", ".directory":
		return true
	}
	return false
}

// fixes names what could be done, the smallest first. They are carried out elsewhere, under the version's lock.
func (j *judge) fixes(id string) []finding.Fix {
	again := finding.Fix{ID: "unpack-again", Title: "have go unpack the directory again from the zip, offline", Undo: "the directory as it was waits in the quarantine"}
	fetch := finding.Fix{ID: "fetch-again", Title: "fetch the version again and compare it before go sees it", NeedsNetwork: true, Undo: "what was there waits in the quarantine"}
	if id == "odd-entry" && j.Dir.State != Strange && !slices.ContainsFunc(j.Differences, isOdd) {
		return []finding.Fix{{ID: "remove-odd", Title: "remove what stands in the place of the file: go makes that again",
			NeedsNetwork: j.Zip.State == Strange || j.Mod.State == Strange}}
	}
	switch id {
	case "sources-modified", "odd-entry":
		if j.rightZip() {
			return []finding.Fix{again, fetch}
		}
		return []finding.Fix{fetch}
	case "crash-damage":
		if j.rightZip() {
			return []finding.Fix{again}
		}
		return []finding.Fix{fetch}
	case "zip-damaged", "zip-mismatch":
		return []finding.Fix{fetch}
	case "ziphash-wrong", "ziphash-missing":
		if j.Zip.known() || j.Glanced && j.Zip.State == Unasked {
			return []finding.Fix{{ID: "renew-ziphash", Title: "remove .ziphash: go makes it again from the zip, offline"}}
		}
		return []finding.Fix{fetch}
	case "checksum-mismatch":
		return []finding.Fix{{ID: "find-out", Title: "hash the version, which tells who is wrong",
			Argv: []string{"godoctor", "verify", j.Path + "@" + j.Version.Version}}}
	case "mod-mismatch":
		return []finding.Fix{{ID: "fetch-mod", Title: "fetch the go.mod file again", NeedsNetwork: true}}
	case "info-damaged":
		return []finding.Fix{{ID: "fetch-info", Title: "fetch the .info file again", NeedsNetwork: true}}
	case "partial-download":
		return []finding.Fix{{ID: "finish", Title: "have go unpack it again, or remove the directory and then .partial"}}
	}
	return nil // permission, gosum-unsettled, sumdb-mismatch: a person has to decide
}
