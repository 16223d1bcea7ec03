package report

import (
	"encoding/json"
	"strings"
	"testing"

	"godoctor/doctor/finding"
)

// The JSON of a finding is the contract: every name, zero values present, raw bytes beside a path that is no UTF-8.
func TestFindingShape(t *testing.T) {
	list := []finding.Finding{
		{Check: "partial-download", Severity: finding.Warning},
		{Check: "sources-modified", Severity: finding.Error, Title: "t", Detail: "asked https://u:secret@p.example/x",
			Target: finding.Target{Module: "m", Version: "v1.0.0", Path: "/c/m@v1.0.0\xff"},
			Witnesses: []finding.Witness{
				{Name: "zip", Says: "h1:a"},
				{Name: "gosum", Says: "h1:a", From: "/p/go.sum"},
				{Name: "gosum", Says: "h1:b", From: "/q/go.sum", Lies: true},
				{Name: "gosum", Says: "h1:c", From: "/r/go.sum", Lies: true},
				{Name: "moon", Says: "h1:d"},
			},
			Files: []finding.File{{Path: "a.go", Change: finding.Modified}}, More: 2,
			Fixes: []finding.Fix{{ID: "unpack-again", Title: "u", Argv: []string{"godoctor", "repair", "m@v1.0.0"}, Bytes: 7, Undo: "no"}},
			Docs:  "sources-modified"},
	}
	d := Bare("verify", "v0").WithFindings(list)
	if list[0].Check != "partial-download" || d.Findings[0].Check != "sources-modified" {
		t.Error("the document is sorted, the list is not touched")
	}
	b, err := json.Marshal(d.Findings)
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"id":"` + list[1].ID() + `","check":"sources-modified","severity":"error","title":"t",` +
		`"detail":"asked https://u:***@p.example/x",` +
		`"target":{"module":"m","version":"v1.0.0","path":"/c/m@v1.0.0\ufffd","path_b64":"L2MvbUB2MS4wLjD/","file":"","line":0},` +
		`"witnesses":{"gosum":"h1:b","zip":"h1:a"},` +
		`"evidence":[{"name":"zip","says":"h1:a","from":"","lies":false},{"name":"gosum","says":"h1:a","from":"/p/go.sum","lies":false},` +
		`{"name":"gosum","says":"h1:b","from":"/q/go.sum","lies":true},{"name":"gosum","says":"h1:c","from":"/r/go.sum","lies":true},` +
		`{"name":"moon","says":"h1:d","from":"","lies":false}],` +
		`"files":[{"path":"a.go","change":"modified"}],"files_more":2,` +
		`"fix":[{"id":"unpack-again","title":"u","argv":["godoctor","repair","m@v1.0.0"],"needs_network":false,"bytes":7,"undo":"no"}],` +
		`"docs":"sources-modified"},` +
		`{"id":"` + list[0].ID() + `","check":"partial-download","severity":"warning","title":"","detail":"",` +
		`"target":{"module":"","version":"","path":"","file":"","line":0},` +
		`"witnesses":{},"evidence":[],"files":[],"files_more":0,"fix":[],"docs":""}]`
	if got := string(b); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// No findings are an empty array; a command that has none has no such field.
func TestNoFindings(t *testing.T) {
	b, err := json.Marshal(Bare("verify", "v0").WithFindings(nil))
	if err != nil || !strings.Contains(string(b), `"findings":[]`) {
		t.Errorf("%s %v", b, err)
	}
	if b, err = json.Marshal(Bare("status", "v0")); err != nil || strings.Contains(string(b), `"findings"`) {
		t.Errorf("%s %v", b, err)
	}
}

func TestVerifySummary(t *testing.T) {
	s := VerifySummary{Modules: 5, Verified: 1, Unchanged: 1, BytesHashed: 9}
	s.Count([]finding.Finding{{Severity: finding.Error}, {Severity: finding.Note}, {Severity: finding.Note}})
	b, err := json.Marshal(s)
	if want := `{"modules":5,"verified":1,"unchanged":1,"errors":1,"warnings":0,"notes":2,"bytes_hashed":9,"baseline":0,"gone":0}`; err != nil || string(b) != want {
		t.Errorf("%s %v", b, err)
	}
}
