package plain

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"godoctor/doctor/finding"
	"godoctor/doctor/report"
)

// shapes are the objects of the SARIF 2.1.0 schema that are used, with all that the schema says of the properties used:
// ! is required, a property that is not here is not allowed, [] an array and {} an object of such, = an enumeration.
var shapes = map[string]map[string]string{
	"log": {"version!": "=2.1.0", "$schema": "uri", "runs!": "[]run"},
	"run": {"tool!": "tool", "automationDetails": "automation", "invocations": "[]invocation",
		"originalUriBaseIds": "{}base", "results": "[]result"},
	"tool":         {"driver!": "driver"},
	"driver":       {"name!": "text", "version": "text", "rules": "[]rule"},
	"rule":         {"id!": "string", "shortDescription": "message", "help": "message", "defaultConfiguration": "default"},
	"default":      {"level": "=none|note|warning|error"},
	"message":      {"text!": "message text"},
	"automation":   {"id": "text"},
	"invocation":   {"executionSuccessful!": "bool", "exitCode": "int", "startTimeUtc": "time", "endTimeUtc": "time", "toolExecutionNotifications": "[]notification"},
	"notification": {"level": "=none|note|warning|error", "message!": "message"},
	"result": {"ruleId": "string", "ruleIndex": "index", "level": "=none|note|warning|error", "message!": "message",
		"baselineState": "=new|unchanged|updated|absent", "locations": "[]location", "partialFingerprints": "{}string", "properties": "any"},
	"location": {"physicalLocation": "physical", "logicalLocations": "[]logical"},
	"physical": {"artifactLocation": "artifact", "region": "region"},
	"artifact": {"uri": "reference", "uriBaseId": "string"},
	"base":     {"uri": "directory"},
	"region":   {"startLine": "line"},
	"logical":  {"name": "string", "fullyQualifiedName": "string", "kind": "string"},
}

// valid says what in v is not as the kind wants it.
func valid(v any, kind, at string) (wrong []string) {
	bad := func(cond bool) {
		if cond {
			wrong = append(wrong, fmt.Sprintf("%s: %v is no %s", at, v, kind))
		}
	}
	s, isString := v.(string)
	n, isNumber := v.(float64)
	whole := isNumber && n == math.Trunc(n)
	list, enum := strings.CutPrefix(kind, "=")
	of, array := strings.CutPrefix(kind, "[]")
	each, object := strings.CutPrefix(kind, "{}")
	u, uriErr := url.Parse(s)
	switch {
	case enum:
		bad(!isString || !slices.Contains(strings.Split(list, "|"), s))
	case array:
		items, ok := v.([]any)
		bad(!ok)
		for i, x := range items {
			wrong = append(wrong, valid(x, of, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case object:
		m, ok := v.(map[string]any)
		bad(!ok)
		for k, x := range m {
			wrong = append(wrong, valid(x, each, at+"."+k)...)
		}
	case kind == "any":
	case kind == "string":
		bad(!isString)
	case kind == "text":
		bad(s == "")
	case kind == "message text": // 3.11.5, 3.11.6, 3.11.8
		bad(s == "" || strings.Contains(s, "](") || strings.ContainsAny(strings.NewReplacer("{{", "", "}}", "").Replace(s), "{}"))
	case kind == "bool":
		_, ok := v.(bool)
		bad(!ok)
	case kind == "int":
		bad(!whole)
	case kind == "index":
		bad(!whole || n < -1)
	case kind == "line":
		bad(!whole || n < 1)
	case kind == "time":
		_, err := time.Parse(time.RFC3339, s)
		bad(err != nil || !strings.HasSuffix(s, "Z")) // 3.9
	case kind == "uri":
		bad(uriErr != nil || !u.IsAbs())
	case kind == "reference":
		bad(uriErr != nil || !isString || u.IsAbs() && u.Scheme != "file" || u.Fragment != "" || u.RawQuery != "" || strings.ContainsAny(s, " |`<>\\\""))
	case kind == "directory": // 3.14.14
		bad(uriErr != nil || !strings.HasSuffix(s, "/"))
	default:
		wrong = append(wrong, validObject(v, kind, at)...)
	}
	return wrong
}

func validObject(v any, kind, at string) (wrong []string) {
	m, ok := v.(map[string]any)
	if !ok {
		return []string{fmt.Sprintf("%s: %v is no %s", at, v, kind)}
	}
	left := len(m)
	for name, want := range shapes[kind] {
		name, required := strings.CutSuffix(name, "!")
		x, there := m[name]
		if there {
			left--
			wrong = append(wrong, valid(x, want, at+"."+name)...)
		} else if required {
			wrong = append(wrong, fmt.Sprintf("%s has no %s", at, name))
		}
	}
	if left > 0 {
		wrong = append(wrong, fmt.Sprintf("%s: the schema knows not all of %v", at, m))
	}
	return wrong
}

// sarif writes a log and reads it back, as the standard has it or not at all.
func sarif(t *testing.T, d *report.Document, o Export) sarifRun {
	t.Helper()
	var buf bytes.Buffer
	if err := SARIF(&buf, d, o); err != nil {
		t.Fatal(err)
	}
	terminalSafe(t, buf.String())
	var v any
	var log sarifLog
	if err := json.Unmarshal(buf.Bytes(), &v); err != nil {
		t.Fatal(err)
	}
	for _, w := range valid(v, "log", "log") {
		t.Error(w)
	}
	if err := json.Unmarshal(buf.Bytes(), &log); err != nil || len(log.Runs) != 1 {
		t.Fatal(err)
	}
	run := log.Runs[0]
	for _, r := range run.Results { // 3.27.6
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("rule %d is not %s", r.RuleIndex, r.RuleID)
		}
	}
	return run
}

func TestSARIF(t *testing.T) {
	d := found()
	d.ExitCode = 3
	run := sarif(t, d, Export{Root: "/home/ann/src/app"})
	if in := run.Invocations[0]; !in.Successful || in.ExitCode != 3 || run.Automation.ID != "godoctor/verify/" {
		t.Errorf("%+v %+v", in, run.Automation)
	}
	if got := run.Bases[sarifRoot].URI; got != "file:///home/ann/src/app/" {
		t.Error(got)
	}
	var got []string
	for i, r := range run.Results {
		s := r.RuleID + " " + r.Level
		for _, l := range r.Locations {
			if l.Physical != nil {
				s += " " + l.Physical.Artifact.Base + " " + l.Physical.Artifact.URI
				if l.Physical.Region != nil {
					s += fmt.Sprint(":", l.Physical.Region.StartLine)
				}
			}
			for _, x := range l.Logical {
				s += " " + x.Kind + " " + x.Qualified
			}
		}
		got = append(got, s)
		f := d.Findings[i]
		if r.Fingerprints["godoctor/v1"] != f.ID || r.Properties.Module != f.Target.Module || !reflect.DeepEqual(r.Properties.Fix, f.Fix) {
			t.Errorf("%+v", r)
		}
	}
	want := []string{
		"gosum-wrong error SRCROOT go.sum:41 module example.com/a@v1.2.0",
		"sources-modified error  file:///home/ann/go/pkg/mod/example.com/b@v0.3.0 module example.com/b@v0.3.0",
		"proxy-down warning",
		"leftover-tmp note  file:///tmp/x",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if m := run.Results[3].Message.Text; m != "/tmp/x: temporary files that nothing will remove" {
		t.Error(m)
	}
}

// With a table of checks every one of them is a rule, in its order; one that is not in it comes after.
func TestSARIFRules(t *testing.T) {
	d := report.Bare("check", "").WithFindings([]finding.Finding{{Check: "new"}, {Check: "b"}, {Check: "b"}})
	d.ExitCode = 130
	run := sarif(t, d, Export{Rules: []Rule{{ID: "a", Title: "t", Help: "one\ntwo {x}", Severity: "note"}, {ID: "b", Severity: "error"}}})
	var ids []string
	for _, r := range run.Tool.Driver.Rules {
		ids = append(ids, r.ID+" "+r.Defaults.Level+" "+r.Short.Text)
	}
	if want := []string{"a note t", "b error b", "new error new"}; !slices.Equal(ids, want) {
		t.Errorf("%q", ids)
	}
	if h := run.Tool.Driver.Rules[0].Help; h == nil || h.Text != "one\ntwo {{x}}" {
		t.Errorf("%+v", h)
	}
	if run.Invocations[0].Successful || run.Bases != nil || len(run.Results) != 3 {
		t.Errorf("%+v", run)
	}
	if none := sarif(t, report.Bare("check", "v0"), Export{}); none.Results == nil {
		t.Error("nothing found is an empty array")
	}
}

func TestURI(t *testing.T) {
	for in, want := range map[string]string{
		"a/b.go": "a/b.go", "a:b/c d": "a%3Ab/c%20d", "%0A#?": "%250A%23%3F", "\xff": "%FF", "\u202e": "%E2%80%AE", "a\\b": "a%5Cb",
	} {
		if got := relativeURI(in); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
	if got := fileURI("go.sum"); got != "go.sum" {
		t.Error(got)
	}
}

func FuzzSARIF(f *testing.F) {
	for _, n := range evil {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, s string) { sarif(t, hostile(s), Export{Root: "/r", Rules: []Rule{{s, s, s, s}}}) })
}
