package gocmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// FuzzGit: what git prints of refs and objects is taken apart as it is put together, nothing of it is read twice, and what git
// does not print is refused.
func FuzzGit(f *testing.F) {
	const id = "0123456789abcdef0123456789abcdef01234567"
	f.Add([]byte(id+" refs/heads/main\n"+id+" refs/heads/a b\n"), 2)
	f.Add([]byte(id+" blob 3\na\nb\n"+id+" missing\n"+id+" blob 0\n\n"), 3)
	f.Add([]byte(id+" blob 9223372036854775807\nx\n"), 1)
	f.Add([]byte(id+" blob -1\nx\n"), 1)
	f.Add([]byte(id+" submodule\nHEAD:go.mod missing\nx ambiguous\n"), 3)
	f.Fuzz(func(t *testing.T, out []byte, n int) {
		if refs, err := parseRefs(string(out)); err == nil {
			var again strings.Builder
			for _, r := range refs {
				fmt.Fprintf(&again, "%s %s\n", r.ID, r.Name)
			}
			if strings.TrimSuffix(again.String(), "\n") != strings.TrimSuffix(string(out), "\n") {
				t.Fatalf("%q is %q", out, refs)
			}
		}
		n &= 7
		contents, err := parseContents(out, n)
		if err != nil {
			return
		}
		total := 0
		for _, c := range contents {
			total += len(c)
			if c != nil && !bytes.Contains(out, append(slices.Clip(c), '\n')) {
				t.Fatalf("%q is not in %q", c, out)
			}
		}
		if len(contents) != n || total+2*n > 2*len(out) || total > len(out) {
			t.Fatalf("%q holds %q", out, contents)
		}
	})
}

// FuzzDownloaded: what go mod download says is read object by object, and as many as encoding/json finds are told even where
// the rest cannot be understood.
func FuzzDownloaded(f *testing.F) {
	f.Add([]byte(`{"Path":"example.com/a","Version":"v1.0.0","Zip":"/x","Sum":"h1:","GoModSum":"h1:"}` + "\n" + `{"Path":"b","Error":"x"}`))
	f.Add([]byte(`{"Path":"a"}go: no`))
	f.Add([]byte(`[{"Path":"a"}]`))
	f.Add([]byte("null 7"))
	f.Fuzz(func(t *testing.T, out []byte) {
		got, err := parseDownloaded(out)
		n := 0
		dec := json.NewDecoder(bytes.NewReader(out))
		for {
			var x struct{ Path, Version string }
			if dec.Decode(&x) != nil {
				break
			}
			if n < len(got) && (got[n].Path != x.Path || got[n].Version != x.Version) {
				t.Fatalf("%+v, want %+v", got[n], x)
			}
			n++
		}
		if len(got) > n || err == nil && len(got) != n {
			t.Fatalf("%d versions of %d, %v", len(got), n, err)
		}
	})
}
