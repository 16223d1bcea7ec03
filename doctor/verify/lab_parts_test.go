package verify

import (
	"os"
	"strings"
	"time"
)

// The small files beside the zip.
var partCases = []sickness{
	{name: "a wrong ziphash", damage: func(l *lab) { l.write(l.file("ziphash"), "h1:"+strings.Repeat("A", 43)+"=") },
		want: "ziphash-wrong", liars: "ziphash", where: "v1.2.0.ziphash", mend: again("ziphash")},
	{name: "a ziphash of another kind", damage: func(l *lab) { l.write(l.file("ziphash"), "h2:"+strings.Repeat("A", 43)+"=") },
		want: "ziphash-wrong", liars: "ziphash", mend: again("ziphash")},
	{name: "a ziphash in no base64", damage: func(l *lab) { l.write(l.file("ziphash"), "h1:"+strings.Repeat("?", 44)) },
		want: "ziphash-wrong", liars: "ziphash", mend: again("ziphash")},
	{name: "no ziphash", damage: func(l *lab) { l.remove(l.file("ziphash")) }, want: "ziphash-missing"},
	{name: "no ziphash and no zip", damage: func(l *lab) { again("zip", "ziphash")(l) }, want: "ziphash-missing", online: true},
	{name: "no ziphash and a broken zip", damage: func(l *lab) {
		must(l.t, os.Truncate(l.file("zip"), 200))
		l.remove(l.file("ziphash"))
	}, want: "zip-damaged ziphash-missing", mend: again("zip"), online: true},
	{name: "an empty ziphash and no zip", damage: func(l *lab) {
		l.write(l.file("ziphash"), "")
		l.remove(l.file("zip"))
	}, want: "ziphash-wrong", mend: again("ziphash"), online: true},
	{name: "another go.mod file", damage: func(l *lab) {
		l.write(l.file("mod"), "module example.com/Sick\n\nrequire example.com/evil v1.0.0\n")
	}, want: "mod-mismatch", liars: "mod", where: "v1.2.0.mod", mend: again("mod"), online: true},
	{name: "an empty go.mod file", damage: func(l *lab) { l.write(l.file("mod"), "") },
		want: "mod-mismatch", mend: again("mod"), online: true},
	{name: "another version in .info", damage: func(l *lab) { l.write(l.file("info"), `{"Version":"v1.1.0"}`) },
		want: "info-damaged", where: "v1.2.0.info", mend: again("info"), online: true},
	{name: "garbage in .info", damage: func(l *lab) { l.write(l.file("info"), "\x00\x00\x00") }, want: "info-damaged"},
	{name: "an empty .info", damage: func(l *lab) { l.write(l.file("info"), "") }, want: "info-damaged"},
	{name: "half unpacked", damage: func(l *lab) {
		l.write(l.file("partial"), "")
		l.remove(l.file("dir") + "/sick.go")
	}, want: "partial-download", where: "!sick@v1.2.0"},
	{name: "half unpacked, and no zip", damage: func(l *lab) {
		l.write(l.file("partial"), "")
		again("zip", "ziphash")(l)
	}, want: "partial-download", online: true},
}

// What is of another kind than it should be. Fifos and sockets are in lab_unix_test.go.
var oddCases = []sickness{
	{name: "a link in the place of the directory", damage: func(l *lab) {
		l.remove(l.file("dir"))
		must(l.t, l.Symlink(l.Dir(l.other), l.file("dir")))
	}, want: "odd-entry", where: "!sick@v1.2.0", mend: again("dir")},
	{name: "a file in the place of the directory", damage: func(l *lab) {
		l.remove(l.file("dir"))
		l.write(l.file("dir"), "x")
	}, want: "odd-entry", mend: again("dir")},
	{name: "a link in the directory, to the same content", damage: func(l *lab) {
		l.write(l.Home+"/sick.go", l.mod.Files["sick.go"])
		l.remove(l.file("dir") + "/sick.go")
		must(l.t, l.Symlink(l.Home+"/sick.go", l.file("dir")+"/sick.go"))
	}, want: "odd-entry", liars: "dir", files: "sick.go odd", mend: again("dir")},
	{name: "a link in the directory, and no zip", damage: func(l *lab) {
		must(l.t, l.Symlink(l.Home, l.file("dir")+"/home"))
		l.remove(l.file("zip"))
	}, want: "odd-entry", files: "home odd", mend: again("dir", "ziphash"), online: true},
	{name: "a directory in the place of .mod", damage: func(l *lab) { l.dirAt("mod") },
		want: "odd-entry", where: "v1.2.0.mod", mend: again("mod"), online: true},
	{name: "a directory in the place of .lock", damage: func(l *lab) { l.dirAt("lock") },
		want: "odd-entry", where: "v1.2.0.lock", mend: again("lock")},
	{name: "a link in the place of .lock", damage: func(l *lab) {
		l.remove(l.file("lock"))
		must(l.t, l.Symlink(l.Home+"/lock", l.file("lock")))
	}, want: "odd-entry", where: "v1.2.0.lock", mend: again("lock")},
	{name: "a directory in the place of .ziphash", damage: func(l *lab) { l.dirAt("ziphash") },
		want: "odd-entry", where: "v1.2.0.ziphash", mend: again("ziphash")},
	{name: "a directory in the place of .info", damage: func(l *lab) { l.dirAt("info") },
		want: "info-damaged", where: "v1.2.0.info", mend: again("info")},
}

// dirAt puts a directory in the place of a file.
func (l *lab) dirAt(part string) {
	l.remove(l.file(part))
	must(l.t, os.Mkdir(l.file(part), 0o777))
}

// longAgo gives a file a time at which nobody is at work any more.
func (l *lab) longAgo(file string) {
	then := time.Now().Add(-48 * time.Hour)
	must(l.t, os.Chtimes(file, then, then))
}

// What lies about.
var litterCases = []sickness{
	{name: "temporary files", damage: func(l *lab) {
		l.write(l.file("zip")+"811345961.tmp", "half")
		l.write(l.file("info")+"298498081.tmp", "")
		l.longAgo(l.file("zip") + "811345961.tmp")
		l.longAgo(l.file("info") + "298498081.tmp")
	}, want: "leftover-tmp leftover-tmp", mend: func(l *lab) {
		l.remove(l.file("zip") + "811345961.tmp")
		l.remove(l.file("info") + "298498081.tmp")
	}},
	{name: "garbage in a list", damage: func(l *lab) {
		list := strings.TrimSuffix(l.file("mod"), "v1.2.0.mod") + "list"
		l.write(list, "v1.2\x00\x00\x00")
		l.longAgo(list)
	}, want: "list-damaged", where: "list", mend: func(l *lab) { l.remove(strings.TrimSuffix(l.file("mod"), "v1.2.0.mod") + "list") }},
	{name: "a clone without HEAD", damage: func(l *lab) {
		dir, err := l.VCS("git3", "https://vcs.example/r", 1000, time.Now().Add(-48*time.Hour))
		must(l.t, err)
		must(l.t, os.Remove(dir+"/HEAD"))
		l.longAgo(dir)
	}, want: "vcs-damaged", mend: func(l *lab) { l.remove(l.GOMODCACHE + "/cache/vcs") }},
}
