package remedy_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A sickness is one damage and how it is mended.
type sickness struct {
	name   string
	damage func(l *sickbay)
	want   string // checks, in order
	fixes  string // of the steps, in order
	online bool   // else no request may reach the proxy
	zips   int    // that are fetched
	db     bool
	kept   bool // something waits in the quarantine
}

func crash(l *sickbay, names ...string) {
	for _, name := range names {
		must(l.t, os.Truncate(name, 0))
	}
}

// crashed leaves every file of the directory with no byte in it.
func crashed(l *sickbay) {
	must(l.t, filepath.WalkDir(l.file("dir"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			os.Chmod(path, 0o644)
			err = os.Truncate(path, 0)
		}
		return err
	}))
}

var sicknesses = []sickness{
	{name: "an edited file", want: "sources-modified", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
	}},
	{name: "an edited file, and no .info", want: "sources-modified", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/README", "")
		l.write(l.file("dir")+"/more", "x")
		l.remove(l.file("info"))
	}},
	{name: "edited, and no zip", want: "sources-modified", fixes: "fetch-again", kept: true, online: true, zips: 1, damage: func(l *sickbay) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
		l.remove(l.file("zip"))
	}},
	{name: "a crash, the zip is good", want: "crash-damage", fixes: "unpack-again", damage: crashed},
	{name: "a crash, everything", want: "crash-damage mod-mismatch info-damaged", fixes: "fetch-again fetch-mod fetch-info", online: true, zips: 1, damage: func(l *sickbay) {
		crashed(l)
		crash(l, l.file("zip"), l.file("mod"), l.file("info"))
	}, kept: true},
	{name: "a truncated zip", want: "zip-damaged", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		must(l.t, os.Truncate(l.file("zip"), 200))
	}},
	{name: "another zip", want: "zip-mismatch", fixes: "fetch-again", online: true, zips: 1, kept: true, damage: func(l *sickbay) { l.replaceZip() }},
	{name: "all of the cache forged", want: "zip-mismatch", fixes: "fetch-again", online: true, zips: 1, kept: true, db: true, damage: func(l *sickbay) {
		l.write(l.file("ziphash"), l.replaceZip())
		l.remove(l.file("dir") + "/README")
		l.remove(l.file("dir") + "/sub")
		l.write(l.file("dir")+"/sick.go", l.evil().Files["sick.go"])
	}},
	{name: "a wrong ziphash", want: "ziphash-wrong", fixes: "renew-ziphash", damage: func(l *sickbay) {
		l.write(l.file("ziphash"), "h1:"+strings.Repeat("A", 43)+"=")
	}},
	{name: "no ziphash", want: "ziphash-missing", fixes: "renew-ziphash", damage: func(l *sickbay) { l.remove(l.file("ziphash")) }},
	{name: "no ziphash and no zip", want: "ziphash-missing", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.remove(l.file("ziphash"))
		l.remove(l.file("zip"))
	}},
	{name: "no ziphash and a broken zip", want: "zip-damaged ziphash-missing", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.remove(l.file("ziphash"))
		must(l.t, os.Truncate(l.file("zip"), 200))
	}},
	{name: "another go.mod file", want: "mod-mismatch", fixes: "fetch-mod", kept: true, damage: func(l *sickbay) {
		l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n")
	}},
	{name: "another go.mod file, and no zip", want: "mod-mismatch", fixes: "fetch-mod", kept: true, online: true, damage: func(l *sickbay) {
		l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n")
		l.remove(l.file("zip"))
	}},
	{name: "garbage in .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) { l.write(l.file("info"), "\x00\x00") }},
	{name: "another version in .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) {
		l.write(l.file("info"), `{"Version":"v1.1.0"}`)
	}},
	{name: "half unpacked", want: "partial-download", fixes: "finish", damage: func(l *sickbay) {
		l.write(l.file("partial"), "")
		l.remove(l.file("dir") + "/sick.go")
	}},
	{name: "half unpacked, and no zip", want: "partial-download", fixes: "fetch-again", online: true, zips: 1, damage: func(l *sickbay) {
		l.write(l.file("partial"), "")
		l.remove(l.file("zip"))
		l.remove(l.file("ziphash"))
	}},
	{name: "a link in the place of the directory", want: "odd-entry", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.remove(l.file("dir"))
		must(l.t, l.Symlink(l.Dir(l.other), l.file("dir")))
	}},
	{name: "a file in the place of the directory", want: "odd-entry", fixes: "unpack-again", kept: true, damage: func(l *sickbay) {
		l.remove(l.file("dir"))
		l.write(l.file("dir"), "x")
	}},
	{name: "a directory in the place of .mod", want: "odd-entry", fixes: "fetch-mod", kept: true, damage: func(l *sickbay) { l.dirAt("mod") }},
	{name: "a directory in the place of .lock", want: "odd-entry", fixes: "remove-odd", damage: func(l *sickbay) { l.dirAt("lock") }},
	{name: "a directory in the place of .ziphash", want: "odd-entry", fixes: "renew-ziphash", kept: true, damage: func(l *sickbay) { l.dirAt("ziphash") }},
	{name: "a directory in the place of .info", want: "info-damaged", fixes: "fetch-info", online: true, damage: func(l *sickbay) { l.dirAt("info") }},
	{name: "temporary files", want: "leftover-tmp", fixes: "remove", damage: func(l *sickbay) {
		l.write(l.file("zip")+"811345961.tmp", "half")
		l.longAgo(l.file("zip") + "811345961.tmp")
	}},
	{name: "garbage in a list", want: "list-damaged", fixes: "remove", damage: func(l *sickbay) {
		list := filepath.Join(filepath.Dir(l.file("mod")), "list")
		l.write(list, "v1.2\x00\x00\x00")
		l.longAgo(list)
	}},
	{name: "a clone without HEAD", want: "vcs-damaged", fixes: "remove-clone", damage: func(l *sickbay) {
		dir, err := l.VCS("git3", "https://vcs.example/r", 1000, time.Now().Add(-48*time.Hour))
		must(l.t, err)
		must(l.t, os.Remove(dir+"/HEAD"))
		l.longAgo(dir)
	}},
	{name: "a wrong line", want: "gosum-wrong", fixes: "replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(0), l.lie(0), 1) })
	}},
	{name: "a wrong go.mod line", want: "gosum-wrong", fixes: "replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(1), l.lie(1), 1) })
	}},
	{name: "two hashes", want: "gosum-conflict gosum-wrong", fixes: "keep-right-line replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return s + l.lie(0) })
	}},
	{name: "two hashes, the wrong one first", want: "gosum-conflict gosum-wrong", fixes: "keep-right-line replace-line", db: true, online: true, damage: func(l *sickbay) {
		l.editSum(func(s string) string { return l.lie(1) + s })
	}},
	{name: "a hash of another kind", want: "gosum-malformed", fixes: "remove-line", damage: func(l *sickbay) {
		l.editSum(func(s string) string { return s + strings.Replace(l.sumLine(0), "h1:", "h2:", 1) })
	}},
}

func (l *sickbay) dirAt(part string) {
	l.remove(l.file(part))
	must(l.t, os.Mkdir(l.file(part), 0o777))
}
