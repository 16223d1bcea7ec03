package verify

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
)

// Every check that is reported through more is in MoreRules, each ID stands in one of the two tables once, and each is
// reported.
func TestMoreRules(t *testing.T) {
	sources, err := filepath.Glob("*.go")
	must(t, err)
	var used []string
	for _, file := range sources {
		data, err := os.ReadFile(file)
		must(t, err)
		for _, m := range regexp.MustCompile(`(?:more|l\.tell)\("([a-z-]+)"`).FindAllStringSubmatch(string(data), -1) {
			used = append(used, m[1])
		}
	}
	var ids []string
	used = append(used, mismatch.ID) // by Glance: TestGlance
	for _, r := range MoreRules {
		ids = append(ids, r.ID)
		if r.Title == "" || !slices.Contains(used, r.ID) {
			t.Errorf("%q has no title, or is not reported", r.ID)
		}
	}
	for _, id := range used {
		if !slices.Contains(ids, id) {
			t.Errorf("%q is not in the table", id)
		}
	}
	for _, r := range Rules {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if n := len(ids); n != len(slices.Compact(ids)) {
		t.Errorf("an ID is there twice: %q", ids)
	}
}
