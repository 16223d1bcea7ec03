package sumdb

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"godoctor/scan/goenv"
)

func TestGOSUMDB(t *testing.T) {
	own := newLog(t, "true").verifier
	public := known["sum.golang.org"]
	for _, test := range []struct {
		value     string
		name, url string
		kind      error
	}{
		{"sum.golang.org", "sum.golang.org", "", nil},
		{"  sum.golang.org\t", "sum.golang.org", "", nil},
		{"sum.golang.org https://mirror.invalid/sums", "sum.golang.org", "https://mirror.invalid/sums", nil},
		{"sum.golang.google.cn", "sum.golang.org", "https://sum.golang.google.cn", nil},
		{public, "sum.golang.org", "", nil},
		{own, dbName, "", nil},
		{own + " http://127.0.0.1:1/x", dbName, "http://127.0.0.1:1/x", nil},
		{own + " file:///x", dbName, "file:///x", nil},
		{"off", "", "", ErrOff},
		{"", "", "", ErrSettings},
		{" ", "", "", ErrSettings},
		{"off off", "", "", ErrSettings},
		{"sum.golang.google.cn https://x.invalid", "", "", ErrSettings},
		{"sum.example.invalid", "", "", ErrSettings},
		{public[:len(public)-1], "", "", ErrSettings},
		{strings.Replace(public, "033de0ae", "033de0af", 1), "", "", ErrSettings},
		{own + " a b", "", "", ErrSettings},
		{own + " mirror.invalid", "", "", ErrSettings},
		{own + " ftp://mirror.invalid", "", "", ErrSettings},
		{named(t, "../x"), "", "", ErrSettings},
		{named(t, "a.invalid/../../x"), "", "", ErrSettings},
		{named(t, "a.invalid/"), "", "", ErrSettings},
		{named(t, "a.invalid//b"), "", "", ErrSettings},
		{named(t, "user@a.invalid"), "", "", ErrSettings},
		{named(t, "a.invalid?x"), "", "", ErrSettings},
		{named(t, "a.invalid/%41"), "", "", ErrSettings},
		{named(t, `a.invalid\b`), "", "", ErrSettings},
		{named(t, "a.invalid/path"), "a.invalid/path", "", nil},
	} {
		db, err := Open(Settings{GOSUMDB: test.value}, t.TempDir(), t.TempDir(), nil, Options{})
		if test.kind != nil {
			want(t, err, test.kind)
			continue
		}
		if err != nil || db.Name() != test.name || db.key.url != test.url {
			t.Errorf("%q: got %+v, %v", test.value, db, err)
		}
	}
}

// named is a verifier key with a name.
func named(t *testing.T, name string) string {
	t.Helper()
	_, vkey, err := note.GenerateKey(zeros{}, name)
	check(t, err)
	return vkey
}

// zeros is a source of zeros: the keys of these tests protect nothing.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestSettingsOf(t *testing.T) {
	env := goenv.Load(goenv.Input{Environ: []string{"GOENV=off", "GOSUMDB=off", "GOPRIVATE=a.invalid", "GONOPROXY=b.invalid"}})
	if s := SettingsOf(env); s != (Settings{"off", "a.invalid", "b.invalid"}) {
		t.Errorf("got %+v", s)
	}
}

func FuzzGOSUMDB(f *testing.F) {
	for _, s := range []string{"sum.golang.org", "off", "", "sum.golang.google.cn", known["sum.golang.org"], known["sum.golang.org"] + " https://x.invalid/y",
		"a b c", "x+1+y", "../x+00000000+AAAA", "sum.golang.org file:///x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		k, err := parseGOSUMDB(value)
		if err != nil {
			if !errors.Is(err, ErrOff) && !errors.Is(err, ErrSettings) {
				t.Errorf("%q: %v", value, err)
			}
			return
		}
		v, err := note.NewVerifier(k.text)
		if err != nil || v.Name() != k.name || !fs.ValidPath(k.name) {
			t.Errorf("%q: got %+v", value, k)
		}
	})
}
