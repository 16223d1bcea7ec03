package cachetest

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// A dice is a source of chance with a name: the same name always throws the same.
type dice struct {
	*rand.Rand
	src *rand.ChaCha8
}

func newDice(name string) dice {
	src := rand.NewChaCha8(sha256.Sum256([]byte("cachetest demo " + name)))
	return dice{rand.New(src), src}
}

func (d dice) pick(list ...string) string { return list[d.IntN(len(list))] }

// around throws a number with a long tail whose median is n.
func (d dice) around(n int, spread float64) int {
	return int(float64(n) * math.Exp(d.NormFloat64()*spread))
}

func (d dice) bytes(n int) string {
	b := make([]byte, max(n, 0))
	d.src.Read(b)
	return string(b)
}

// packageName is the name that the root package of a module has by habit.
func packageName(path string) string {
	elems := strings.Split(path, "/")
	name := elems[len(elems)-1]
	if len(name) > 1 && name[0] == 'v' && name[1] >= '0' && name[1] <= '9' && len(elems) > 1 {
		name = elems[len(elems)-2]
	}
	name, _, _ = strings.Cut(name, ".")
	name = strings.TrimPrefix(name, "go-")
	return strings.NewReplacer("-", "", "_", "").Replace(name)
}

// demoFiles makes the files of one module version: a root package, packages below it, test data that
// does not compress, and the usual texts. The root package compiles; it imports the modules it needs
// and nothing else, so that a build of it needs no standard library.
func demoFiles(mod Module, kb int, needs []string) map[string]string {
	d := newDice(mod.String())
	name := packageName(mod.Path)
	size := max(d.around(kb, 0.15), 2) << 10
	imports := ""
	for _, path := range needs {
		imports += fmt.Sprintf("import _ %q\n\n", path)
	}
	files := map[string]string{
		"LICENSE":   "Made up for a demonstration of godoctor; do as you like.\n",
		"README.md": "# " + name + "\n\nNot the module of that name: generated text, version " + mod.Version + ".\n",
		"doc.go": "// Package " + name + " is made up.\npackage " + name + "\n\n" + imports + "// Version is the version of this module.\n" +
			"func Version() string { return \"" + mod.Version + "\" }\n",
	}
	// The same places in every version, so that versions of a module resemble each other.
	layout := newDice(mod.Path)
	blob := size * layout.IntN(30) / 100
	if blob > 2048 {
		files["testdata/corpus.bin"] = d.bytes(blob)
	}
	const most = 5 // files of source; small files cost the disk more than their bytes
	rest, serial := size-blob, 0
	for i := 0; rest > 0 && i < most; i++ {
		dir, pkg := "", name
		if i%3 == 2 && kb > 12 {
			pkg = layout.pick("wire", "codec", "cache", "parse", "table", "queue")
			dir = layout.pick("internal/", "internal/x/", "") + pkg + "/"
		}
		n := min(max(layout.around(size/4, 0.8), 2500), rest)
		if i == most-1 {
			n = rest
		}
		file := fmt.Sprintf("%s%s%d.go", dir, layout.pick("reader", "writer", "state", "scan", "tree", "index"), i)
		files[file] = demoSource(d, pkg, n, &serial)
		rest -= n
	}
	return files
}

// demoSource makes about n bytes of Go that compiles.
func demoSource(d dice, pkg string, n int, serial *int) string {
	var b strings.Builder
	b.Grow(n + 400)
	b.WriteString("package " + pkg + "\n")
	for b.Len() < n {
		*serial++
		verb := d.pick("decode", "append", "merge", "lookup", "split", "measure", "compare", "balance")
		noun := d.pick("Header", "Block", "Entry", "Key", "Range", "Cursor", "Frame", "Token")
		fmt.Fprintf(&b, "\n// %s%s%d works on one %s and %s it where the limit of %d is reached.\n",
			verb, noun, *serial, strings.ToLower(noun), d.pick("keeps", "drops", "doubles", "counts"), d.IntN(4096))
		fmt.Fprintf(&b, "func %s%s%d(in []byte, limit int) (n int) {\n", verb, noun, *serial)
		fmt.Fprintf(&b, "\tfor i, c := range in {\n\t\tif int(c) > %d || i > limit {\n\t\t\treturn n + %d\n\t\t}\n\t\tn += int(c)*%d + i\n\t}\n",
			d.IntN(256), d.IntN(1000), 1+d.IntN(97))
		fmt.Fprintf(&b, "\treturn n\n}\n\nconst table%s%d = \"", noun, *serial)
		for range 24 {
			fmt.Fprintf(&b, "%016x", d.Uint64())
		}
		b.WriteString("\"\n")
	}
	return b.String()
}
