package verify

import (
	"slices"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
)

// Judge says what is wrong with a version. At most one finding is about its content; go.sum lines, .mod, .info and
// .ziphash have their own. The result is in the order of Rules.
func Judge(e *Evidence) []finding.Finding {
	j := &judge{Evidence: e}
	j.believe()
	for _, look := range []func() bool{j.denied, j.crashed, j.zipDamaged, j.odd, j.glanced, j.content} {
		if look() {
			break
		}
	}
	j.ziphash()
	j.mod()
	j.info()
	j.lines()
	j.partial()
	j.changing()
	return j.found
}

// A judge judges one version.
type judge struct {
	*Evidence
	truth   string // the h1 that is believed; empty: nobody is
	source  string // who says it, in words
	settled bool   // the checksum database says it
	found   []finding.Finding
	told    bool // there is a finding about the content
}

// believe finds out which hash of the zip is believed, as the package comment says.
func (j *judge) believe() {
	switch {
	case j.SumDB != nil:
		j.truth, j.source, j.settled = j.SumDB.Hash, "the checksum database", true
	case len(j.GoSum) > 0 && agree(j.GoSum, j.Programs):
		j.truth, j.source = j.GoSum[0].Hash, "go.sum"
	case len(j.GoSum) == 0 && len(j.Programs) > 0 && agree(j.Programs, nil):
		j.truth, j.source = j.Programs[0].Hash, "an installed program"
	}
}

// agree reports whether all claims name one hash.
func agree(lists ...[]Claim) bool {
	var first string
	for _, list := range lists {
		for _, c := range list {
			if first == "" {
				first = c.Hash
			}
			if c.Hash != first {
				return false
			}
		}
	}
	return true
}

// denied: what cannot be read cannot be judged.
func (j *judge) denied() bool {
	for _, p := range []*Part{&j.Zip, &j.Dir, &j.Mod, &j.Ziphash, &j.Info} {
		if p.State == Denied {
			j.tell("permission", p.Path, p.Why)
			return true
		}
	}
	return false
}

// crashed: zero length where content belongs. That a disk which lost power leaves files so is known of ext4 and xfs:
// the size is written before the data.
func (j *judge) crashed() bool {
	empty := 0
	for _, d := range j.Differences {
		if d.Empty {
			empty++
		}
	}
	switch {
	case empty > 0 && empty == len(j.Differences):
		j.tell("crash-damage", j.Dir.Path, "")
	case j.Zip.State == Empty && (j.Dir.State != Whole && !j.Glanced || j.Dir.State == Absent || j.disagrees(&j.Dir)):
		j.tell("crash-damage", j.Zip.Path, "")
	default:
		return false
	}
	return true
}

func (j *judge) zipDamaged() bool {
	switch j.Zip.State {
	case Empty, Broken, Foreign:
		j.tell("zip-damaged", j.Zip.Path, j.Zip.Why)
		return true
	}
	return false
}

func (j *judge) odd() bool {
	for _, p := range []*Part{&j.Dir, &j.Zip, &j.Mod, &j.Ziphash, &j.Lock} {
		if p.State == Strange {
			j.tell("odd-entry", p.Path, p.Why)
			return true
		}
	}
	if slices.ContainsFunc(j.Differences, isOdd) {
		j.tell("odd-entry", j.Dir.Path, "")
		return true
	}
	return false
}

func isOdd(d Difference) bool { return d.Kind == Odd }

// disagrees reports whether a part has another hash than the one that is believed.
func (j *judge) disagrees(p *Part) bool { return j.truth != "" && p.known() && p.Hash != j.truth }

// content judges zip and directory where both could be read, or one of them is not there.
func (j *judge) content() bool {
	zip, dir := &j.Zip, &j.Dir
	switch {
	case j.truth == "":
		return j.alone()
	case zip.known() && zip.Hash == j.truth, !zip.known() && !dir.known():
		if j.disagrees(dir) {
			j.tell("sources-modified", dir.Path, "")
		}
	case zip.known(): // and wrong
		j.wrongZip()
	case j.disagrees(dir): // and there is no zip
		if !j.settled && j.Ziphash.known() && j.Ziphash.Hash == dir.Hash {
			j.tell("gosum-unsettled", dir.Path, "")
		} else {
			j.tell("sources-modified", dir.Path, "")
		}
	}
	return j.told
}

// wrongZip: the zip is well-formed and not the one that is believed.
func (j *judge) wrongZip() {
	cacheAgrees := (!j.Dir.known() || j.Dir.Hash == j.Zip.Hash) && (!j.Ziphash.known() || j.Ziphash.Hash == j.Zip.Hash)
	switch {
	case j.settled && cacheAgrees && len(j.GoSum) > 0 && agree(j.GoSum) && j.GoSum[0].Hash == j.Zip.Hash:
		j.tell("sumdb-mismatch", j.Zip.Path, "")
	case !j.settled && cacheAgrees:
		j.tell("gosum-unsettled", j.Zip.Path, "")
	default:
		j.tell("zip-mismatch", j.Zip.Path, "")
	}
}

// alone judges by the cache alone: nobody outside it knows the version, or those who do contradict each other.
func (j *judge) alone() bool {
	zip, dir, says := &j.Zip, &j.Dir, &j.Ziphash
	switch {
	case zip.known() && dir.known() && zip.Hash != dir.Hash:
		if says.known() && says.Hash == dir.Hash {
			j.tell("zip-mismatch", zip.Path, "")
		} else {
			j.tell("sources-modified", dir.Path, "")
		}
	case !zip.known() && dir.known() && says.known() && says.Hash != dir.Hash:
		j.tell("sources-modified", dir.Path, "")
	case zip.known() && !dir.known() && says.known() && says.Hash != zip.Hash:
		j.tell("zip-mismatch", zip.Path, "")
	}
	return j.told
}

// ziphash: it is judged only where the zip, or else the directory, is right.
func (j *judge) ziphash() {
	right := j.truth
	if right == "" && j.Zip.known() && (!j.Dir.known() || j.Dir.Hash == j.Zip.Hash) {
		right = j.Zip.Hash
	}
	switch {
	case j.Fips:
	case j.Ziphash.State == Absent:
		if j.Parts.Has(modcache.HasDir) && !j.Parts.Has(modcache.HasPartial) && j.Dir.State != Absent { // since the scan
			j.tell("ziphash-missing", j.Dir.Path, "")
		}
	case j.Ziphash.State == Broken, j.Ziphash.State == Empty:
		// go computes it again from the zip: nothing is wrong unless there is none (modfetch.checkModSum).
		if !j.Parts.Has(modcache.HasZip) {
			j.tell("ziphash-wrong", j.Ziphash.Path, j.Ziphash.Why)
		}
	case j.Ziphash.known() && right != "" && j.Ziphash.Hash != right && j.rightful(right):
		j.tell("ziphash-wrong", j.Ziphash.Path, "")
	}
}

// rightful reports whether zip or directory has the hash: then it is .ziphash that is wrong.
func (j *judge) rightful(hash string) bool {
	return j.Zip.known() && j.Zip.Hash == hash || !j.Zip.known() && j.Dir.known() && j.Dir.Hash == hash
}

// mod judges the cached go.mod file.
func (j *judge) mod() {
	if !j.Mod.known() {
		if j.Mod.State == Empty || j.Mod.State == Broken {
			j.tell("mod-mismatch", j.Mod.Path, j.Mod.Why)
		}
		return
	}
	if truth := j.modTruth(); truth != "" && j.Mod.Hash != truth {
		j.tell("mod-mismatch", j.Mod.Path, "")
	}
}

// modTruth is the hash of the go.mod file that is believed: the checksum database's; that of a zip which somebody outside
// the cache vouches for; that of go.sum; and where nobody says anything that of the zip. Empty: nobody is believed.
func (j *judge) modTruth() string {
	switch {
	case j.SumDBMod != nil:
		return j.SumDBMod.Hash
	case j.vouched() != "":
		return j.vouched()
	case len(j.GoSumMod) > 0 && agree(j.GoSumMod):
		return j.GoSumMod[0].Hash
	case len(j.GoSumMod) == 0 && j.truth == "" && j.Zip.known():
		return j.ZipMod
	}
	return ""
}

// vouched is the hash of the go.mod file of a zip that is the one which is believed.
func (j *judge) vouched() string {
	if j.Zip.known() && j.Zip.Hash == j.truth {
		return j.ZipMod
	}
	return ""
}

func (j *judge) info() {
	switch {
	case j.Info.State == Broken, j.Info.State == Empty, j.Info.State == Strange:
		j.tell("info-damaged", j.Info.Path, j.Info.Why)
	case j.Info.known() && j.Info.Hash != j.Version.Version:
		j.tell("info-damaged", j.Info.Path, "it says version "+j.Info.Hash)
	}
}

// lines judges go.sum lines by the checksum database. Without it they can only contradict each other.
func (j *judge) lines() {
	for _, side := range []struct {
		claims []Claim
		db     *Claim
		here   string // the hash of what is in the cache
		zip    string // what a zip says that is believed
	}{{j.GoSum, j.SumDB, j.Zip.Hash, ""}, {j.GoSumMod, j.SumDBMod, j.Mod.Hash, j.vouched()}} {
		for _, c := range side.claims {
			switch {
			case side.db != nil && c.Hash != side.db.Hash:
				j.line(c, side.db.Hash)
			case side.db == nil && side.zip != "" && c.Hash != side.zip,
				side.db == nil && side.zip == "" && c.Hash != side.here && !agree(side.claims):
				j.tell("gosum-unsettled", "", "")
				last := &j.found[len(j.found)-1]
				last.Target.File, last.Target.Line = c.From, c.Line
			}
		}
	}
}

// partial: an extraction that was broken off. That nobody holds the lock was looked at before.
func (j *judge) partial() {
	if j.Parts.Has(modcache.HasPartial) {
		j.tell("partial-download", j.Dir.Path, "")
	}
}

// changing: what changes while it is read has no hash.
func (j *judge) changing() {
	for _, p := range []*Part{&j.Zip, &j.Dir} {
		if p.State == Unasked && p.Why != "" {
			j.tell("changed-while-read", p.Path, p.Why)
			return
		}
	}
}
