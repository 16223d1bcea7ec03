package verify

import (
	"os"
	"strings"

	"godoctor/scan/cachetest"
)

// flip changes some bits of one byte of a file; a negative offset counts from the end.
func (l *lab) flip(file string, at int) {
	l.t.Helper()
	data, err := os.ReadFile(file)
	must(l.t, err)
	if at < 0 {
		at += len(data)
	}
	data[at] ^= 0x5a
	l.write(file, string(data))
}

// again removes the parts that go is to get again.
func again(parts ...string) func(l *lab) {
	return func(l *lab) {
		for _, p := range parts {
			if _, err := os.Lstat(l.file(p)); err == nil {
				l.remove(l.file(p))
			}
		}
	}
}

// evil is the damaged module with other content.
func (l *lab) evil() cachetest.Module {
	m := l.mod
	m.Files = map[string]string{"sick.go": "package sick\n\nfunc Name() string { return `evil` }\n"}
	return m
}

// forge puts another zip, .ziphash and directory in the place of the module's: all of the cache agrees.
func (l *lab) forge() string {
	h := l.replaceZip(l.evil())
	l.write(l.file("ziphash"), h)
	l.remove(l.file("dir") + "/README")
	l.remove(l.file("dir") + "/sub")
	l.write(l.file("dir")+"/sick.go", l.evil().Files["sick.go"])
	return h
}

const allMissing = "README missing, sick.go missing, sub/x.go missing"

// The content of zip and directory.
var contentCases = []sickness{
	{name: "nothing"},
	{name: "an edited file", damage: func(l *lab) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
	}, want: "sources-modified", liars: "dir", files: "sick.go modified", where: "!sick@v1.2.0", mend: again("dir")},
	{name: "one bit of a file", damage: func(l *lab) { l.flip(l.file("dir")+"/sub/x.go", 3) },
		want: "sources-modified", liars: "dir", files: "sub/x.go modified", mend: again("dir")},
	{name: "a file too many and one too few", damage: func(l *lab) {
		l.write(l.file("dir")+"/evil.go", "package sick\n")
		l.remove(l.file("dir") + "/README")
	}, want: "sources-modified", liars: "dir", files: "README missing, evil.go extra", mend: again("dir")},
	{name: "a file of a file manager", damage: func(l *lab) { l.write(l.file("dir")+"/.DS_Store", "x") },
		want: "sources-modified", liars: "dir", files: ".DS_Store extra", mend: again("dir")},
	{name: "line ends", damage: func(l *lab) {
		b, err := os.ReadFile(l.file("dir") + "/README")
		must(l.t, err)
		l.write(l.file("dir")+"/README", strings.ReplaceAll(string(b), "\n", "\r\n"))
	}, want: "sources-modified", liars: "dir", files: "README modified", mend: again("dir")},
	{name: "an empty directory", damage: func(l *lab) {
		l.remove(l.file("dir"))
		must(l.t, os.Mkdir(l.file("dir"), 0o777))
	}, want: "sources-modified", liars: "dir", files: allMissing, mend: again("dir")},
	{name: "edited, and no zip", damage: func(l *lab) {
		l.write(l.file("dir")+"/sick.go", "package sick\n\nfunc Name() string { return `evil` }\n")
		l.remove(l.file("zip"))
	}, want: "sources-modified", liars: "dir", mend: again("dir", "ziphash"), online: true},
	{name: "power loss", damage: func(l *lab) { l.write(l.file("dir")+"/sick.go", "") },
		want: "crash-damage", liars: "dir", files: "sick.go modified", mend: again("dir")},
	{name: "power loss, zeros", damage: func(l *lab) {
		l.write(l.file("dir")+"/sick.go", strings.Repeat("\x00", len(l.mod.Files["sick.go"])))
	}, want: "crash-damage", liars: "dir", files: "sick.go modified", mend: again("dir")},
	{name: "power loss, the zip too", damage: func(l *lab) {
		l.write(l.file("dir")+"/sick.go", "")
		l.write(l.file("zip"), "")
	}, want: "crash-damage", liars: "dir", mend: again("zip", "ziphash", "dir"), online: true},
	{name: "a truncated zip", damage: func(l *lab) { must(l.t, os.Truncate(l.file("zip"), 200)) },
		want: "zip-damaged", where: "v1.2.0.zip", mend: again("zip", "ziphash"), online: true},
	{name: "an empty zip", damage: func(l *lab) { must(l.t, os.Truncate(l.file("zip"), 0)) },
		want: "zip-damaged", mend: again("zip", "ziphash"), online: true},
	{name: "a byte of the zip's header", damage: func(l *lab) { l.flip(l.file("zip"), 0) },
		want: "zip-damaged", mend: again("zip", "ziphash"), online: true},
	{name: "a byte of compressed data", damage: func(l *lab) { l.flip(l.file("zip"), 90) },
		want: "zip-damaged", mend: again("zip", "ziphash"), online: true},
	{name: "a truncated zip, no directory", damage: func(l *lab) {
		must(l.t, os.Truncate(l.file("zip"), 200))
		l.remove(l.file("dir"))
	}, want: "zip-damaged", mend: again("zip", "ziphash"), online: true},
	{name: "the zip of another module", damage: func(l *lab) {
		data, err := os.ReadFile(l.CachePath(l.other, "zip"))
		must(l.t, err)
		l.write(l.file("zip"), string(data))
	}, want: "zip-damaged", mend: again("zip", "ziphash"), online: true},
	{name: "another zip", damage: func(l *lab) { l.replaceZip(l.evil()) },
		want: "zip-mismatch", liars: "zip", mend: again("zip", "ziphash"), online: true},
	{name: "another zip, no directory", damage: func(l *lab) {
		l.replaceZip(l.evil())
		l.remove(l.file("dir"))
	}, want: "zip-mismatch", liars: "zip", mend: again("zip", "ziphash"), online: true},
	{name: "another zip, directory and ziphash", damage: func(l *lab) {
		h := l.replaceZip(l.evil())
		l.remove(l.file("dir"))
		l.write(l.file("ziphash"), h)
	}, want: "gosum-unsettled", liars: "zip ziphash", where: "go.sum:1", stop: true},
	{name: "all of the cache forged", damage: func(l *lab) { l.forge() }, want: "gosum-unsettled", liars: "zip ziphash dir", stop: true},
	{name: "all of the cache forged, the checksum database knows", damage: func(l *lab) { l.forge() }, db: true,
		want: "zip-mismatch", liars: "zip ziphash dir", where: "v1.2.0.zip", mend: again("zip", "ziphash", "dir"), online: true},
	{name: "cache and go.sum forged, the checksum database knows", damage: func(l *lab) {
		h, err := l.mod.Sum()
		must(l.t, err)
		l.editSum(func(s string) string { return strings.ReplaceAll(s, h, l.forge()) })
	}, db: true, want: "gosum-wrong sumdb-mismatch", liars: "gosum zip ziphash dir", stop: true},
}
