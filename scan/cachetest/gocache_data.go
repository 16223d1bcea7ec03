package cachetest

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
)

// generate makes the output of an entry: the true first bytes of its kind, by which programs tell
// kinds apart, and noise after them.
func (e BuildEntry) generate() []byte {
	switch e.Kind {
	case KindPackage, KindMain:
		return e.archive()
	case KindIndex:
		return e.pad([]byte("go index v2\n"))
	case KindSources:
		return []byte("./" + e.base() + ".go\n./doc.go\n")
	case KindTestLog:
		return []byte("# test log\ngetenv HOME\nopen testdata/" + e.base() + ".golden\nstat testdata\n")
	case KindTestOutput:
		return fmt.Appendf(nil, "ok  \t%s\t%d.%03ds\n", e.Package, e.Seed%7, e.Seed%1000)
	case KindVet:
		return e.pad(vetFacts(e.Package))
	case KindExecutable:
		return e.pad([]byte(executableMagic[e.goos()]))
	}
	return []byte{}
}

// pad fills head up to Size with noise.
func (e BuildEntry) pad(head []byte) []byte {
	return append(head, e.noise(e.Size-len(head))...)
}

var executableMagic = map[string]string{
	"linux":   "\x7fELF\x02\x01\x01\x00",
	"freebsd": "\x7fELF\x02\x01\x01\x09",
	"darwin":  "\xcf\xfa\xed\xfe",
	"windows": "MZ\x90\x00",
}

// archive makes a package archive: an ar file whose first member holds the export data and whose
// second holds the object code. Both begin with the line that names the platform and the compiler.
func (e BuildEntry) archive() []byte {
	object := e.objectHeader()
	main := ""
	if e.Kind == KindMain {
		main = "main\n"
	}
	// About a fifth of an archive is export data; the rest is code.
	export := object + main + "\n\n$$B\nu\x02\x00\x00\x00" + string(e.noise(e.Size/5)) + "\n$$\n"
	code := object + main + "\n\n!\n\x00go120ld"
	rest := e.Size - len(export) - len(code) - 128
	var b bytes.Buffer
	b.WriteString("!<arch>\n")
	member(&b, "__.PKGDEF", []byte(export))
	member(&b, "_go_.o", append([]byte(code), e.noise(rest)...))
	return b.Bytes()
}

// member appends one member of an ar file, padded to an even length.
func member(b *bytes.Buffer, name string, data []byte) {
	fmt.Fprintf(b, "%-16s%-12d%-6d%-6d%-8o%-10d`\n", name, 0, 0, 0, 0o644, len(data))
	b.Write(data)
	if len(data)%2 == 1 {
		b.WriteByte(0)
	}
}

// objectHeader is the line `go object linux amd64 go1.26.8 GOAMD64=v1 X:...` and the build ID.
func (e BuildEntry) objectHeader() string {
	level := map[string]string{
		"amd64": "GOAMD64=v1", "arm64": "GOARM64=v8.0", "386": "GO386=sse2", "arm": "GOARM=7",
	}[e.goarch()]
	if level != "" {
		level += " "
	}
	id := e.hash("build id")
	text := base64.RawURLEncoding.EncodeToString(id[:30])
	return fmt.Sprintf("go object %s %s %s %s%s\nbuild id \"%s/%s\"\n",
		e.goos(), e.goarch(), e.GoVersion, level, experiments(e.GoVersion), text[:20], text[20:])
}

// experiments is the list of what a release turns on by itself, as its compiler prints it.
func experiments(version string) string {
	switch {
	case strings.HasPrefix(version, "go1.26"):
		return "X:regabiwrappers,regabiargs,dwarf5,greenteagc,randomizedheapbase64"
	case strings.HasPrefix(version, "go1.25"):
		return "X:regabiwrappers,regabiargs,coverageredesign,dwarf5"
	}
	return "X:regabiwrappers,regabiargs,coverageredesign,aliastypeparams,swissmap,spinbitmutex"
}

// vetFacts is the beginning of the gob stream that vet exports: the type of a fact, by which it is
// known, and the package it is about.
func vetFacts(pkg string) []byte {
	const types = "\r\xff\x81\x02\x01\x02\xff\x82\x00\x01\xff\x80\x00\x004\x7f\x03\x01\x01\x07gobFact\x01\xff\x80\x00" +
		"\x01\x03\x01\x07PkgPath\x01\x0c\x00\x01\x06Object\x01\x0c\x00\x01\x04Fact\x01\x10\x00\x00\x00"
	return append([]byte(types), pkg...)
}
