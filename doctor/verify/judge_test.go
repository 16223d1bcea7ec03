package verify

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/module"

	"godoctor/doctor/finding"
	"godoctor/scan/modcache"
)

// The hashes of the test: what was published, and what somebody made of it.
const good, bad = "h1:good", "h1:bad"

// whole is a version that is as it was published, known to one go.sum.
func whole() *Evidence {
	part := func(h, path string) Part { return Part{State: Whole, Hash: h, Path: path} }
	return &Evidence{
		Version: module.Version{Path: "example.com/m", Version: "v1.0.0"},
		Parts:   modcache.HasDir | modcache.HasZip | modcache.HasZiphash | modcache.HasMod | modcache.HasInfo,
		Zip:     part(good, "/c/z.zip"), Dir: part(good, "/c/m@v1.0.0"), Ziphash: part(good, "/c/z.ziphash"),
		Mod: part(good, "/c/z.mod"), ZipMod: good, Info: part("v1.0.0", "/c/z.info"),
		GoSum: []Claim{{good, "/p/go.sum", 3}}, GoSumMod: []Claim{{good, "/p/go.sum", 4}},
	}
}

func db(h string) *Claim { return &Claim{Hash: h} }

func TestJudge(t *testing.T) {
	file := func(kind Kind, empty bool) []Difference {
		return []Difference{{Path: "a.go", Kind: kind, Empty: empty}}
	}
	cases := []struct {
		name   string
		change func(e *Evidence)
		want   string // checks, separated by spaces
		lies   string // witnesses that lie in the first finding
	}{
		{"as it was published", func(e *Evidence) {}, "", ""},
		{"likewise, by the checksum database", func(e *Evidence) { e.SumDB, e.SumDBMod = db(good), db(good) }, "", ""},
		{"nobody knows it", func(e *Evidence) { e.GoSum, e.GoSumMod = nil, nil }, "", ""},
		{"edited sources", func(e *Evidence) { e.Dir.Hash, e.Differences = bad, file(Modified, false) }, "sources-modified", "dir"},
		{"edited sources, no zip", func(e *Evidence) {
			e.Dir.Hash, e.Zip, e.Parts = bad, Part{}, e.Parts&^modcache.HasZip
		}, "sources-modified", "dir"},
		{"edited sources, nobody knows the version", func(e *Evidence) {
			e.Dir.Hash, e.Differences, e.GoSum, e.GoSumMod = bad, file(Extra, false), nil, nil
		}, "sources-modified", ""},
		{"no directory", func(e *Evidence) { e.Dir, e.Parts = Part{}, e.Parts&^modcache.HasDir }, "", ""},
		{"no zip", func(e *Evidence) { e.Zip, e.Parts = Part{}, e.Parts&^modcache.HasZip }, "", ""},
		{"another zip under the old ziphash", func(e *Evidence) { e.Zip.Hash = bad }, "zip-mismatch", "zip"},
		{"likewise without a directory", func(e *Evidence) {
			e.Zip.Hash, e.Dir, e.Parts = bad, Part{}, e.Parts&^modcache.HasDir
		}, "zip-mismatch", "zip"},
		{"likewise, nobody knows the version", func(e *Evidence) {
			e.Zip.Hash, e.GoSum, e.GoSumMod = bad, nil, nil
		}, "zip-mismatch", ""},
		{"all of the cache forged, go.sum differs", func(e *Evidence) { e.Zip.Hash, e.Dir.Hash, e.Ziphash.Hash = bad, bad, bad }, "gosum-unsettled", "zip ziphash dir"},
		{"likewise, the checksum database knows", func(e *Evidence) {
			e.Zip.Hash, e.Dir.Hash, e.Ziphash.Hash, e.SumDB = bad, bad, bad, db(good)
		}, "zip-mismatch", "zip ziphash dir"},
		{"cache and go.sum forged", func(e *Evidence) {
			e.Zip.Hash, e.Dir.Hash, e.Ziphash.Hash, e.GoSum[0].Hash, e.SumDB = bad, bad, bad, bad, db(good)
		}, "sumdb-mismatch gosum-wrong", "gosum zip ziphash dir"},
		{"a wrong line, the checksum database knows", func(e *Evidence) { e.GoSum[0].Hash, e.SumDB = bad, db(good) }, "gosum-wrong", "gosum"},
		{"a wrong go.mod line, the checksum database knows", func(e *Evidence) { e.GoSumMod[0].Hash, e.SumDBMod = bad, db(good) }, "gosum-wrong", "gomod_gosum"},
		{"two go.sum files contradict each other", func(e *Evidence) {
			e.GoSum = append(e.GoSum, Claim{bad, "/q/go.sum", 9})
		}, "gosum-unsettled", ""},
		{"an installed program settles nothing against go.sum", func(e *Evidence) { e.Programs = []Claim{{bad, "/bin/p", 0}} }, "", ""},
		{"wrong ziphash", func(e *Evidence) { e.Ziphash.Hash = bad }, "ziphash-wrong", "ziphash"},
		{"no ziphash", func(e *Evidence) { e.Ziphash, e.Parts = Part{}, e.Parts&^modcache.HasZiphash }, "ziphash-missing", ""},
		{"ziphash of zeros, go computes it again", func(e *Evidence) { e.Ziphash = Part{State: Broken} }, "", ""},
		{"another go.mod file", func(e *Evidence) { e.Mod.Hash = bad }, "mod-mismatch", "mod"},
		{"another go.mod file than in the zip", func(e *Evidence) { e.Mod.Hash, e.GoSumMod = bad, nil }, "mod-mismatch", "mod"},
		{"a wrong go.mod line, the zip is right and has another go.mod file", func(e *Evidence) { e.GoSumMod[0].Hash = bad }, "gosum-unsettled", "gomod_gosum"},
		{"another go.mod file and a line for it, the zip is right", func(e *Evidence) { e.Mod.Hash, e.GoSumMod[0].Hash = bad, bad }, "mod-mismatch gosum-unsettled", "mod gomod_gosum"},
		{"empty go.mod file", func(e *Evidence) { e.Mod = Part{State: Empty} }, "mod-mismatch", ""},
		{"another version in .info", func(e *Evidence) { e.Info.Hash = "v0.9.0" }, "info-damaged", ""},
		{"no .info", func(e *Evidence) { e.Info, e.Parts = Part{}, e.Parts&^modcache.HasInfo }, "", ""},
		{"truncated zip", func(e *Evidence) { e.Zip = Part{State: Broken, Why: "unexpected EOF"} }, "zip-damaged", ""},
		{"empty zip, the directory is right", func(e *Evidence) { e.Zip = Part{State: Empty} }, "zip-damaged", ""},
		{"power loss", func(e *Evidence) { e.Dir.Hash, e.Differences = bad, file(Modified, true) }, "crash-damage", "dir"},
		{"power loss, both", func(e *Evidence) {
			e.Zip = Part{State: Empty}
			e.Dir.Hash = bad
		}, "crash-damage", "dir"},
		{"a fifo among the sources", func(e *Evidence) { e.Dir.Hash, e.Differences = bad, file(Odd, false) }, "odd-entry", "dir"},
		{"a link in the place of the directory", func(e *Evidence) { e.Dir = Part{State: Strange, Why: "a link"} }, "odd-entry", ""},
		{"not readable", func(e *Evidence) { e.Zip = Part{State: Denied} }, "permission", ""},
		{"half unpacked", func(e *Evidence) {
			e.Parts |= modcache.HasPartial
		}, "partial-download", ""},
		{"fips140 has no ziphash", func(e *Evidence) {
			e.Fips, e.Zip, e.Ziphash, e.GoSum, e.GoSumMod = true, Part{}, Part{}, nil, nil
			e.Parts = modcache.HasDir
		}, "", ""},
		{"a file that grew while it was read", func(e *Evidence) { e.Dir = Part{State: Unasked, Why: "it grew"} }, "changed-while-read", ""},
		{"only the go.mod file", func(e *Evidence) {
			e.Zip, e.Dir, e.Ziphash, e.ZipMod, e.Parts = Part{}, Part{}, Part{}, "", modcache.HasMod|modcache.HasInfo
		}, "", ""},
	}
	used := make(map[string]bool)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := whole()
			c.change(e)
			var checks, lies []string
			list := Judge(e)
			for i := range list {
				checks = append(checks, list[i].Check)
				used[list[i].Check] = true
				if list[i].Title == "" || list[i].Detail == "" && list[i].Check != "gosum-wrong" && list[i].Check != "zip-damaged" && list[i].Check != "odd-entry" {
					t.Errorf("%s has no words: %+v", list[i].Check, list[i])
				}
			}
			if len(list) > 0 {
				for _, w := range list[0].Witnesses {
					if w.Lies {
						lies = append(lies, w.Name)
					}
				}
			}
			if got := strings.Join(checks, " "); got != c.want {
				t.Fatalf("%s, want %q", got, c.want)
			}
			if got := strings.Join(slices.Compact(lies), " "); got != c.lies {
				t.Errorf("liars %q, want %q", got, c.lies)
			}
		})
	}
	for _, r := range Rules {
		if !used[r.ID] {
			t.Errorf("no case reports %s", r.ID)
		}
	}
}

// Differences that nobody made on purpose have words of their own, and stay findings.
func TestBenign(t *testing.T) {
	for _, c := range []struct {
		d    []Difference
		want string
	}{
		{[]Difference{{Path: "a.go", Ends: true}, {Path: "b.go", Ends: true}}, "only line ends"},
		{[]Difference{{Path: "x/.DS_Store", Kind: Extra}}, "file manager"},
		{[]Difference{{Path: "x/.DS_Store", Kind: Extra}, {Path: "a.go"}}, "go compiles these files"},
	} {
		e := whole()
		e.Dir.Hash, e.Differences = bad, c.d
		list := Judge(e)
		if len(list) != 1 || list[0].Severity != finding.Error || !strings.Contains(list[0].Detail, c.want) {
			t.Errorf("%+v", list)
		}
	}
}

// No check has two rules, and every one has words.
func TestAllRules(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range AllRules() {
		if seen[r.ID] || r.ID == "" || r.Title == "" {
			t.Errorf("%+v", r)
		}
		seen[r.ID] = true
	}
	if len(seen) < len(Rules)+len(sumRules)+len(MoreRules) {
		t.Errorf("only %d rules", len(seen))
	}
}
