package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMirrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config.toml")
	text := "grace = \"1d\"\nmirrors = [\"https://a.example/go\", \"ftp://u:secret@b.example\", \"http://c.example\", \"direct\", \"%\"]\n"
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	c := load("", file, "")
	if !slices.Equal(c.Mirrors, []string{"https://a.example/go", "http://c.example"}) || c.Broken {
		t.Errorf("%+v", c)
	}
	if len(c.Warnings) != 3 {
		t.Fatalf("%+v", c.Warnings)
	}
	for _, w := range c.Warnings {
		if w.Line != 2 || !strings.Contains(w.Message, "no address like") || strings.Contains(w.Message, "secret") {
			t.Errorf("%+v", w)
		}
	}
}
