package verify

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"godoctor/scan/cachetest"
)

// wrongHash is a well-formed hash of nothing that there is.
var wrongHash = "h1:" + strings.Repeat("A", 43) + "="

// editSum changes the go.sum of the project.
func (l *lab) editSum(f func(string) string) {
	l.t.Helper()
	file := filepath.Join(l.project, "go.sum")
	data, err := os.ReadFile(file)
	must(l.t, err)
	must(l.t, os.WriteFile(file, []byte(f(string(data))), 0o666))
}

// sumLine is a line of the project's go.sum as it should be: 0 and 1 are the damaged module's.
func (l *lab) sumLine(i int) string { return strings.SplitAfter(l.GoSum(l.mod, l.other), "\n")[i] }

// lie is the line with another hash.
func (l *lab) lie(i int) string {
	f := strings.Fields(l.sumLine(i))
	return f[0] + " " + f[1] + " " + wrongHash + "\n"
}

// rightSum puts the project's go.sum back.
func rightSum(l *lab) { l.editSum(func(string) string { return l.GoSum(l.mod, l.other) }) }

// tidy is the one go command that adds lines.
func tidy(l *lab) {
	if err := l.goCommand(true, "mod", "tidy"); err != nil {
		l.t.Error(err)
	}
}

// Lines of go.sum.
var sumCases = []sickness{
	{name: "a wrong line, the checksum database knows", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(0), l.lie(0), 1) })
	}, db: true, want: "gosum-wrong", liars: "gosum", where: "go.sum:1", mend: rightSum},
	{name: "a wrong go.mod line, the checksum database knows", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(1), l.lie(1), 1) })
	}, db: true, want: "gosum-wrong", liars: "gomod_gosum", where: "go.sum:2", mend: rightSum},
	{name: "a wrong line, nobody knows", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(0), l.lie(0), 1) })
	}, want: "gosum-unsettled", liars: "zip ziphash dir", where: "go.sum:1", stop: true},
	{name: "a wrong go.mod line, the zip knows", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(1), l.lie(1), 1) })
	}, want: "gosum-unsettled", liars: "gomod_gosum", where: "go.sum:2", mend: rightSum},
	{name: "two projects that contradict each other", damage: func(l *lab) {
		_, err := l.Project("q", "module q.example/q\n\ngo 1.20\n", map[string]string{"go.sum": l.lie(0)})
		must(l.t, err)
	}, want: "gosum-unsettled", where: "go.sum:1", stop: true},
	{name: "two hashes for one version", damage: func(l *lab) { l.editSum(func(s string) string { return s + l.lie(0) }) },
		want: "gosum-conflict", where: "go.sum:5", mend: rightSum},
	{name: "two hashes, the wrong one first", damage: func(l *lab) { l.editSum(func(s string) string { return l.lie(1) + s }) },
		want: "gosum-conflict", where: "go.sum:3", mend: rightSum},
	{name: "two hashes, the checksum database knows", damage: func(l *lab) { l.editSum(func(s string) string { return s + l.lie(0) }) },
		db: true, want: "gosum-conflict gosum-wrong", liars: "gosum", where: "go.sum:5", mend: rightSum},
	{name: "merge markers", damage: func(l *lab) {
		l.editSum(func(s string) string { return "<<<<<<< HEAD\n" + s + "=======\n>>>>>>> other\n" })
	}, want: "gosum-malformed gosum-malformed gosum-malformed", where: "go.sum:1", mend: rightSum},
	{name: "a field too few", damage: func(l *lab) {
		l.editSum(func(s string) string { return s + "example.com/more v1.0.0\n" })
	}, want: "gosum-malformed", where: "go.sum:5", mend: rightSum},
	{name: "a hash of another kind", damage: func(l *lab) {
		l.editSum(func(s string) string { return s + strings.Replace(l.sumLine(0), "h1:", "h2:", 1) })
	}, want: "gosum-malformed", where: "go.sum:5", mend: rightSum},
	{name: "lines that lack", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.Replace(s, l.sumLine(1), "", 1) })
	}, want: "gosum-missing", mend: tidy, online: true},
	{name: "an empty go.sum", damage: func(l *lab) { l.editSum(func(string) string { return "" }) },
		want: "gosum-missing", mend: tidy, online: true},
	{name: "no go.sum", damage: func(l *lab) { must(l.t, os.Remove(filepath.Join(l.project, "go.sum"))) },
		want: "gosum-missing", mend: tidy, online: true},
}

// rezip packs the zip of the damaged module again, in another order and without compression.
func rezip(l *lab) {
	r, err := zip.OpenReader(l.file("zip"))
	must(l.t, err)
	defer r.Close()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range slices.Backward(r.File) {
		from, err := f.Open()
		must(l.t, err)
		to, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store, Modified: time.Unix(1e9, 0)})
		must(l.t, err)
		_, err = io.Copy(to, from)
		must(l.t, err)
	}
	must(l.t, w.Close())
	l.write(l.file("zip"), b.String())
}

// What looks odd and is none of anybody's business.
var benignCases = []sickness{
	{name: "an empty directory too many", damage: func(l *lab) {
		must(l.t, os.Chmod(l.file("dir"), 0o777))
		must(l.t, os.MkdirAll(l.file("dir")+"/empty/below", 0o777))
	}},
	{name: "packed again", damage: rezip},
	{name: "CRLF in go.sum", damage: func(l *lab) {
		l.editSum(func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") })
	}},
	{name: "a line twice", damage: func(l *lab) { l.editSum(func(s string) string { return s + s }) }},
	{name: "lines that nobody needs", damage: func(l *lab) {
		l.editSum(func(s string) string {
			return s + "example.com/unused v1.0.0 " + wrongHash + "\nexample.com/unused v1.0.0/go.mod " + wrongHash + "\n"
		})
	}},
	{name: "a line end in .ziphash", damage: func(l *lab) {
		h, err := l.mod.Sum()
		must(l.t, err)
		l.write(l.file("ziphash"), h+"\n")
	}},
	{name: "content in .lock", damage: func(l *lab) { l.write(l.file("lock"), "1234\n") }},
	{name: "no .lock", damage: func(l *lab) { l.remove(l.file("lock")) }},
	{name: "no .info", damage: func(l *lab) { l.remove(l.file("info")) }},
	{name: "a directory without zip", damage: func(l *lab) { l.remove(l.file("zip")) }},
	{name: "a zip without directory", damage: func(l *lab) { l.remove(l.file("dir")) }},
	{name: "only .mod and .info", damage: func(l *lab) {
		must(l.t, l.InstallModOnly(cachetest.Module{Path: "example.com/graph", Version: "v1.0.0"}))
	}},
	{name: "a toolchain with its go.mod files", damage: func(l *lab) {
		_, err := l.Toolchain("go1.99.0", "linux", "amd64", time.Now(), nil)
		must(l.t, err)
	}},
	{name: "a zip and .ziphash that was emptied", damage: func(l *lab) {
		l.write(l.file("ziphash"), strings.Repeat("\x00", 47)) // go makes it anew from the zip
	}, mend: func(l *lab) {
		if err := l.goCommand(false, "build", "./..."); err != nil {
			l.t.Error(err)
		}
	}},
	{name: "the checksum database agrees", db: true},
}
