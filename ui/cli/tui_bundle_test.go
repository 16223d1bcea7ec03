package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// A path is completed with what is there, directories with a slash, hidden names once their dot is typed, and no name that a
// field could not hold.
func TestCompletePath(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"offline.tar", "other/", ".hidden/", ".profile"} {
		var err error
		if at := filepath.Join(dir, name); strings.HasSuffix(name, "/") {
			err = os.Mkdir(at, 0o755)
		} else {
			err = os.WriteFile(at, nil, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if runtime.GOOS == "linux" { // elsewhere there may be no such name
		if err := os.WriteFile(filepath.Join(dir, "o\x1b[2J"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sep := string(filepath.Separator)
	for typed, want := range map[string][]string{
		"": {"offline.tar", "other" + sep}, "o": {"offline.tar", "other" + sep}, "off": {"offline.tar"}, "x": nil,
		".": {".hidden" + sep, ".profile"}, "other" + sep: nil, "none" + sep + "x": nil,
	} {
		got := completePath(t.Context(), dir+sep+typed)
		for i := range want {
			want[i] = dir + sep + want[i]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q goes on to %q, want %q", typed, got, want)
		}
	}
	for n := range completions + 50 {
		if err := os.WriteFile(filepath.Join(dir, "many"+strings.Repeat("x", n)), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(completePath(t.Context(), dir+sep+"many")); n != completions {
		t.Errorf("%d names are offered, want %d", n, completions)
	}
}

// What the screen may do is what the commands may do: nothing on a made-up machine, no change with --dry-run, and no apply where
// that was not tested unless somebody insists.
func TestBundlerRefuses(t *testing.T) {
	b := (&screens{app: &app{flags: flags{demo: true}}}).bundler()
	if !strings.Contains(b.NoLook, "--demo") {
		t.Errorf("with --demo: %+v", b)
	}
	b = (&screens{app: &app{flags: flags{dryRun: true, offline: true}}}).bundler()
	if b.NoLook != "" || !strings.Contains(b.NoMake, "--dry-run") || !strings.Contains(b.NoApply, "--dry-run") || !b.Offline {
		t.Errorf("with --dry-run: %+v", b)
	}
	b = (&screens{app: &app{workDir: "/x", IO: IO{Environ: []string{"HOME=/h", "USERPROFILE=/h"}}}}).bundler()
	if b.NoLook+b.NoMake != "" || (b.NoApply != "") != (runtime.GOOS != "linux") || b.Dir != "/x" || b.Home != "/h" {
		t.Errorf("on this system: %+v", b)
	}
	b = (&screens{app: &app{flags: flags{experimental: true}}}).bundler()
	if b.NoLook+b.NoMake+b.NoApply != "" {
		t.Errorf("with --experimental: %+v", b)
	}
}
