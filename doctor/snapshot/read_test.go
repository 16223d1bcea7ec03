package snapshot

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// goVersionText is what go version -m prints of a program with a replaced module.
const goVersionText = "/home/bob/bin/app.exe: go1.26.8\n\tpath\texample.com/app\n\tmod\texample.com/app\tv1.2.3\th1:x=\n" +
	"\tdep\texample.com/a\tv1.0.0\th1:a=\n\tdep\texample.com/b\tv1.0.0\n\t=>\texample.com/fork\tv1.1.0\th1:f=\n" +
	"\tbuild\t-tags=x\n\tbuild\t-ldflags=\"-X main.pin=hunter2\"\n\tbuild\tCGO_ENABLED=0\n\tbuild\tGOARCH=amd64\n\tbuild\tGOOS=windows\n\tbuild\tvcs.modified=true\n"

func TestRead(t *testing.T) {
	env := "set GOENV=C:\\Users\\bob\\AppData\\Roaming\\go\\env\r\nset GOHOSTOS=windows\r\nset GOHOSTARCH=amd64\r\nset GOVERSION=go1.25.1\r\n" +
		"set GOPATH=C:\\Users\\bob\\go\r\nset GOFLAGS=-tags=a -trimpath\r\nset GOGCCFLAGS=-m64\r\n"
	shell := "GOHOSTARCH='amd64'\nGOHOSTOS='linux'\nGOVERSION='go1.26.8'\nGOENV='/home/bob/.config/go/env'\nCC='it'\"'\"'s'\nGOPROXY='https://bob:pw@p.example.com'\n"
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(env)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, text := range map[string]string{"cmd": env, "powershell": string(wide), "mark": "\xef\xbb\xbf" + env} {
		s, err := Read(name, []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		gopath, _ := s.Setting("GOPATH")
		if s.Kind != GoEnv || s.Go != "go1.25.1" || s.Host != "windows/amd64" || gopath.Value != `~\go` || len(s.Flags) != 2 || s.Flags[1].Value != "true" {
			t.Errorf("%s: %+v", name, s)
		}
		if _, ok := s.Setting("GOGCCFLAGS"); ok {
			t.Error("GOGCCFLAGS is kept")
		}
	}
	s, err := Read("shell", []byte(shell))
	if err != nil {
		t.Fatal(err)
	}
	cc, _ := s.Setting("CC")
	proxy, _ := s.Setting("GOPROXY")
	if cc.Value != "it's" || proxy.Value != "https://p.example.com" {
		t.Errorf("CC is %q, GOPROXY %q", cc.Value, proxy.Value)
	}
	v, err := Read("version", []byte(goVersionText))
	if err != nil {
		t.Fatal(err)
	}
	if v.Kind != Version || v.Go != "go1.26.8" || v.Host != "windows/amd64" || v.Program.Version != "v1.2.3" || len(v.Modules) != 2 ||
		v.Modules[1].Replace.Path != "example.com/fork" || v.Modules[1].Sum != "h1:f=" ||
		!slices.Contains(v.Flags, Setting{Key: "-ldflags", Value: "-X main.pin=***"}) {
		t.Errorf("%+v", v)
	}
	doc, err := json.Marshal(map[string]any{"schema": "godoctor/v1", "snapshot": v})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read("version", doc)
	if err != nil {
		t.Fatal(err)
	}
	if x, y := text(t, v), text(t, again); x != y {
		t.Errorf("written and read again\n%s\nbecomes\n%s", x, y)
	}
}

// TestReadRefuses: what is nothing to compare is named, with what to give instead.
func TestReadRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "empty",
		"hello":                    "GOHOSTOS",
		"{}":                       "GOHOSTOS",
		`{"schema":"godoctor/v2"}`: "godoctor/v1",
		`{"schema":"godoctor/v1","command":"env"}`:           "godoctor snapshot",
		`{"schema":"godoctor/v1","snapshot":{"settings":3}}`: "settings",
		"{":                           "JSON",
		goVersionText + goVersionText: "several programs",
		"app\n\tpath\tx\n":            "version of Go",
		`{"schema":"godoctor/v1","snapshot":{"kind":"program"}}`: "no program is in it",
		`{"schema":"godoctor/v1","snapshot":{"kind":"spoon"}}`:   "kind",
	} {
		if _, err := Read("f", []byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", in, err, want)
		}
	}
}

// FuzzRead: no text brings the reader down, and what comes out stays when it is read again.
func FuzzRead(f *testing.F) {
	for _, s := range []string{goVersionText, "GOHOSTOS=a\nGOFLAGS='-a=b", `{"GOHOSTOS":"x","GOFLAGS":"-ldflags=-X=a=b"}`, `{"schema":"godoctor/v1","snapshot":{"project":{}}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Read("f", b)
		if err != nil {
			return
		}
		doc, err := json.Marshal(map[string]any{"schema": "godoctor/v1", "snapshot": s})
		if err != nil {
			t.Fatal(err)
		}
		again, err := Read("f", doc)
		if err != nil {
			t.Fatal(err)
		}
		if again.Kind != s.Kind || len(again.Settings) != len(s.Settings) || len(again.Modules) != len(s.Modules) {
			t.Errorf("%+v becomes %+v", s, again)
		}
	})
}

func text(t *testing.T, s *Snapshot) string {
	t.Helper()
	b, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
