package toolchain

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

// FuzzTree: whatever VERSION says, a tree is a toolchain by more than that text, a version that it names is the first line of it,
// and names of modules and platforms are put together again as they were.
func FuzzTree(f *testing.F) {
	f.Add("go1.26.8\ntime 2026-11-03T15:04:05Z\n", "go1.26.8.linux-amd64")
	f.Add("devel go1.28-0123abc Mon\n", "go1.26rc1.js-wasm")
	f.Add("\x00\n", "go1.26.8.linux-")
	f.Add(" \x1b[31mgo1.26.8 \r\ntime x\ntime 0000-00-00\n", ".")
	f.Add(strings.Repeat("go1.26.8", 30), "go1.26.8.linux_amd64")
	dir := f.TempDir()
	file := filepath.Join(dir, "VERSION")
	f.Fuzz(func(t *testing.T, text, name string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		g := look(dir)
		line, _, _ := strings.Cut(text, "\n")
		if len(g.missing) < signature-1 || g.version != "" && g.version != strings.TrimSpace(line) || strings.ContainsRune(g.version, 0) {
			t.Fatalf("%q is %+v", text, g)
		}
		if at, ok := releasedAt(dir); ok {
			fi, err := os.Stat(file)
			if err != nil || fi.ModTime().Unix() != at.Unix() || !strings.Contains(text, "time ") {
				t.Fatalf("%q was released at %v", text, at)
			}
		}
		Judge(g.version, Known, time.Unix(1795000000, 0))
		if version, platform, ok := splitModuleVersion(name); ok {
			goos, goarch, ok := splitPlatform(platform, "-")
			if version+"."+platform != name || !ok || goos+"-"+goarch != platform || parse(version).kind == invalid {
				t.Fatalf("%q is %q for %q", name, version, platform)
			}
		}
	})
}

// FuzzManagers: what mise's configuration is read as is what it says where it is TOML, and of a .tool-versions file a version is a
// word of the line that names the tool.
func FuzzManagers(f *testing.F) {
	f.Add("[tools]\nnode = \"22\"\ngo = \"1.26.8\"\n")
	f.Add("[tools]\ngo = [\"1.26\", '1.25'] # x\n[settings]\ngo = \"x\"\n")
	f.Add("[tools]\n\"core:go\" = { os = [\"linux\"], version = '1.26' }\n")
	f.Add("x = \"\"\"\n[tools]\ngo = 'y'\n\"\"\"\n[tools]\ngo = 'z'\n")
	f.Add("[[tools]]\ngo = \"1\"\n[tools.go]\nversion = \"1\"\n[ tools ]\ngo= \"\\u0031\"\n")
	f.Add("golang 1.26.8 1.25.0 # go\nnodejs 22\n#golang 1\n golang\t1.24\n")
	dir := f.TempDir()
	file := filepath.Join(dir, "file")
	m := &Machine{in: Input{Environ: []string{"MISE_GLOBAL_CONFIG_FILE=" + file}}}
	f.Add("[[tools]]\ngo = \"1\"\n")
	f.Add("[tools]\n\"core:go\" = { os = [\"linux\"], version = '1.26:go\" = {' }\n")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if v := m.toolVersion(file, "golang"); v != "" {
			ok := false
			for line := range strings.Lines(text) {
				w := strings.Fields(strings.Split(line, "#")[0])
				ok = ok || len(w) > 1 && w[0] == "golang" && w[1] == v
			}
			if !ok {
				t.Fatalf("%q is the version of %q", v, text)
			}
		}
		version, from := m.miseConfig()
		if from != file {
			t.Fatalf("%q is read", from)
		}
		var says struct{ Tools map[string]any }
		if _, err := toml.Decode(text, &says); err != nil || version == "" || strings.Contains(text, `"""`) || strings.Contains(text, "'''") || strings.Contains(version, `\`) {
			return
		}
		for _, name := range []string{"go", "golang", "core:go", "core:golang"} {
			switch v := says.Tools[name].(type) {
			case string:
				if v == version {
					return
				}
			case []any:
				if len(v) > 0 && v[0] == version {
					return
				}
			case map[string]any:
				if v["version"] == version {
					return
				}
			}
		}
		t.Fatalf("%q is read, and TOML says %v", version, says.Tools)
	})
}
